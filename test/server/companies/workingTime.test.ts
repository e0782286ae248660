import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DeskClient } from '../../support/deskProcess.ts';
import { type ServiceDesk, startServiceDesk } from '../../support/serviceDesk.ts';
import { openInbox } from '../../support/startDesk.ts';
import { until } from '../../support/until.ts';

let desk: ServiceDesk;
let admin: DeskClient;
let supervisor: DeskClient;
beforeAll(async () => {
  desk = await startServiceDesk();
  admin = desk.admin;
  supervisor = await desk.as('maria@example.com');
});
afterAll(() => desk[Symbol.asyncDispose]());

const office = { fromMinute: 540, toMinute: 1080 };
const days = [office, office, office, office, office, null, null];
const change = (body: object) => admin.call('changeWorkingTime', { body });

describe('the working time over HTTP', () => {
  it('is read by everybody and changed by administrators, who find it in the list of changes', async () => {
    expect(await supervisor.call('readWorkingTime')).toEqual({
      timeZone: 'Europe/Moscow',
      days: null,
      holidays: [],
      targets: { firstAnswer: 15, nextAnswer: 15, resolution: null },
      communityTargets: {},
    });
    await expect(supervisor.call('changeWorkingTime', { body: { days } })).rejects.toThrow('forbidden');
    const targets = { firstAnswer: 30, nextAnswer: null, resolution: 480 };
    await change({ days, holidays: ['2027-01-02', '2027-01-01'], targets });
    expect(await supervisor.call('readWorkingTime')).toMatchObject({
      days,
      holidays: ['2027-01-01', '2027-01-02'],
      targets,
    });
    const [line] = (await admin.call('listCompanyChanges')).changes;
    expect(line).toMatchObject({
      action: 'company.changed',
      details: { holidays: 2, targets: '30 / – / 480', workingHours: expect.stringContaining('09:00–18:00') },
    });
  });

  it('gives a community targets of its own and takes them back, and leaves the others', async () => {
    const [community] = (await admin.call('bootstrap')).communities;
    const own = { firstAnswer: 5, nextAnswer: 5, resolution: 60 };
    await change({ communityTargets: { [community!.id]: own } });
    expect((await supervisor.call('readWorkingTime')).communityTargets).toEqual({ [community!.id]: own });
    await change({ communityTargets: { [community!.id]: null } });
    expect((await supervisor.call('readWorkingTime')).communityTargets).toEqual({});
    const unknown = change({ communityTargets: { ['a'.repeat(24)]: own } });
    await expect(unknown).rejects.toThrow('communityNotFound');
  });

  it.each<[string, object]>([
    ['nothing', {}],
    ['a week of eight days', { days: [...days, null] }],
    ['no working day', { days: Array(7).fill(null) }],
    ['hours without a minute', { days: [{ fromMinute: 60, toMinute: 60 }, ...days.slice(1)] }],
    ['a date that is none', { holidays: ['2027-02-30'] }],
    ['a date twice', { holidays: ['2027-01-01', '2027-01-01'] }],
    ['a target of no minutes', { targets: { firstAnswer: 0, nextAnswer: null, resolution: null } }],
    ['a target of a year', { targets: { firstAnswer: 525_600, nextAnswer: null, resolution: null } }],
  ])('refuses %s', async (_what, body) => {
    const before = await admin.call('readWorkingTime');
    await expect(change(body)).rejects.toThrow('badRequest');
    expect(await admin.call('readWorkingTime')).toEqual(before);
  });

  it('tells every open tab that it has changed, also by another time zone, and says nothing of the change', async () => {
    const tab = await openInbox(desk.url, supervisor);
    try {
      await change({ holidays: ['2027-05-01'] });
      await admin.call('changeCompany', { body: { timeZone: 'Asia/Omsk' } });
      const told = () => tab.changes.filter((each) => each.type === 'workingTime.changed');
      await until('the tab to be told twice', () => told().length === 2);
      expect(told()).toEqual(Array(2).fill({ type: 'workingTime.changed' }));
    } finally {
      tab.socket.disconnect();
    }
  });
});
