import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { areStagesWatched, STAGE_CHANNEL, type StageReport } from '../../../server/observability/stages.ts';
import { startDesk, type TestDesk } from '../../support/startDesk.ts';
import { until } from '../../support/until.ts';

let desk: TestDesk;
beforeAll(async () => {
  desk = await startDesk();
});
afterAll(async () => desk?.[Symbol.asyncDispose]());

it('a subscriber hears each stage of a message in order, with ids and without its text', async () => {
  const inbox = await desk.openInbox(await desk.as('anna@example.com'));
  const reports: StageReport[] = [];
  const listen = (report: unknown) => void reports.push(report as StageReport);
  expect(areStagesWatched()).toBe(false);
  subscribe(STAGE_CHANNEL, listen);
  try {
    const text = 'Сколько идёт посылка?';
    const { cmid } = desk.sandbox.control.clientSends({ userId: 2001, groupId: desk.groupId, text });
    const { id } = await inbox.nextMessage('the message', (message) => message.text === text);
    await until('the last stage', () => reports.some(({ stage }) => stage === 'emitted'));

    const ids = { peerId: '2001', externalId: String(cmid) };
    const ofMessage = reports.filter((report) =>
      'messageIds' in report ? report.messageIds.includes(id) : report.externalId === ids.externalId,
    );
    expect(ofMessage).toMatchObject([
      { stage: 'received', ...ids },
      { stage: 'storing', ...ids, messageId: id },
      { stage: 'stored', ...ids, messageId: id },
      { stage: 'emitting' },
      { stage: 'emitted' },
    ]);
    const times = ofMessage.map(({ atMs }) => atMs);
    expect(times).toEqual([...times].sort((a, b) => a - b));
    expect(JSON.stringify(reports)).not.toContain('посылка');
  } finally {
    unsubscribe(STAGE_CHANNEL, listen);
  }
  expect(areStagesWatched()).toBe(false);
});
