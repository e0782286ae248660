import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DeskClient } from '../../support/deskProcess.ts';
import { annaPhone, type ServiceDesk, startServiceDesk } from '../../support/serviceDesk.ts';
import { callSigned } from './v1/signedClient.ts';

let desk: ServiceDesk;
let admin: DeskClient;
let supervisor: DeskClient;
beforeAll(async () => {
  desk = await startServiceDesk();
  admin = desk.admin;
  supervisor = await desk.as('maria@example.com');
});
afterAll(() => desk[Symbol.asyncDispose]());

const night = { fromMinute: 60, toMinute: 61, daysOfWeek: [1] };
const sendToAnna = () =>
  callSigned(desk.key, 'POST', `${desk.url}/api/v1/messages`, {
    body: { phone: annaPhone, template: 'orderReady', variables: { order: '№7' } },
  });

describe('the company over HTTP', () => {
  it('is for administrators alone', async () => {
    const params = { blockedPhoneId: 'a'.repeat(24) };
    const answers = await Promise.allSettled([
      supervisor.call('readCompany'),
      supervisor.call('changeCompany', { body: { name: 'Моя' } }),
      supervisor.call('changeBankFlag', { body: { isBank: true } }),
      supervisor.call('listCompanyChanges'),
      supervisor.call('listBlockedPhones'),
      supervisor.call('findBlockedPhone', { body: { phone: annaPhone } }),
      supervisor.call('blockPhone', { body: { phone: annaPhone } }),
      supervisor.call('unblockPhone', { params }),
    ]);
    expect(answers.map((each) => String(each.status === 'rejected' && each.reason))).toEqual(
      Array(8).fill(expect.stringContaining('"forbidden"')),
    );
    expect(await admin.call('readCompany')).toMatchObject({
      isBank: false,
      bankChange: null,
      timeZone: 'Europe/Moscow',
      sendingHours: null,
    });
  });

  it('names what is wrong', async () => {
    const change = (body: object) => admin.call('changeCompany', { body });
    await expect(change({})).rejects.toThrow('badRequest');
    await expect(change({ name: ' ' })).rejects.toThrow('badRequest');
    await expect(change({ timeZone: 'Europe/Atlantis' })).rejects.toThrow('badRequest');
    await expect(change({ isBank: true })).rejects.toThrow('badRequest');
    await expect(change({ sendingHours: { ...night, toMinute: 60 } })).rejects.toThrow('badRequest');
    await expect(admin.call('blockPhone', { body: { phone: '12' } })).rejects.toThrow('phoneInvalid');
  });

  it('delays messages to its sending hours, those of the API too', async () => {
    await admin.call('changeCompany', { body: { sendingHours: night, timeZone: 'Asia/Omsk' } });
    const { status, body } = await sendToAnna();
    expect(status).toBe(202);
    const { sendAt, expiresAt } = body as unknown as { sendAt: string; expiresAt: string };
    // 01:00 on Monday in Omsk is 19:00 on Sunday in UTC.
    expect(sendAt).toMatch(/T19:00:00\.000Z$/);
    expect(Date.parse(expiresAt) - Date.parse(sendAt)).toBe(3600_000);
    await admin.call('changeCompany', { body: { sendingHours: null } });
    expect((await sendToAnna()).body).toMatchObject({ sendAt: null });
  });

  it('does not write to a blocked phone, in whatever format it is given', async () => {
    const body = { phone: '8 (999) 000-00-01', reason: 'Просила не писать' };
    const blocked = await admin.call('blockPhone', { body });
    expect(blocked).toMatchObject({ phone: annaPhone, reason: 'Просила не писать' });
    expect((await admin.call('listBlockedPhones')).phones).toEqual([blocked]);
    const find = { body: { phone: annaPhone } };
    expect(await admin.call('findBlockedPhone', find)).toEqual({ found: blocked });
    const typed = { body: { phone: '+7 999 000-00-01' } };
    expect(await admin.call('findBlockedPhone', typed)).toEqual({ found: blocked });
    expect(await sendToAnna()).toMatchObject({ status: 422, body: { error: { code: 'clientBlocked' } } });
    const unblock = { params: { blockedPhoneId: blocked.id } };
    await admin.call('unblockPhone', unblock);
    await admin.call('unblockPhone', unblock);
    expect(await admin.call('findBlockedPhone', find)).toEqual({ found: null });
    expect(await sendToAnna()).toMatchObject({ status: 202 });
  });

  it('shows who changed what', async () => {
    await admin.call('changeCompany', { body: { name: 'Лавка у моста' } });
    const { bankChange } = await admin.call('changeBankFlag', { body: { isBank: true } });
    const { changes } = await admin.call('listCompanyChanges');
    expect(changes.slice(0, 2)).toMatchObject([
      { action: 'company.bankSet', personName: bankChange?.personName, at: bankChange?.at },
      { action: 'company.changed', details: { name: 'Лавка у моста' } },
    ]);
    expect(changes).toContainEqual(
      expect.objectContaining({
        action: 'company.changed',
        details: { hours: '01:00–01:01', days: '1', timeZone: 'Asia/Omsk' },
      }),
    );
    await admin.call('changeBankFlag', { body: { isBank: false } });
  });
});

describe('a gateway over HTTP', () => {
  const of = () => ({ params: { communityId: desk.vkCommunityId } });
  const edit = {
    baseUrl: 'https://gateway.example.com/api',
    service: 'lavka',
    credentials: { kind: 'key' as const, key: 'key-of-the-gateway' },
    statusSecret: 'secret-of-statuses',
  };

  it('is set by administrators alone, and never returns a secret', async () => {
    await expect(supervisor.call('readGateway', of())).rejects.toThrow('forbidden');
    await expect(supervisor.call('changeGateway', { ...of(), body: edit })).rejects.toThrow('forbidden');
    await expect(supervisor.call('removeGateway', of())).rejects.toThrow('forbidden');
    await admin.call('changeGateway', { ...of(), body: edit });
    const { gateway } = await admin.call('readGateway', of());
    expect(gateway).toEqual({
      baseUrl: edit.baseUrl,
      service: 'lavka',
      credentialsKind: 'key',
      statusUrl: expect.stringMatching(/\/webhooks\/notify\/[0-9a-f]{24}$/),
      stopped: null,
    });
  });

  it('is refused over plain HTTP, and without its secrets when it is new', async () => {
    const change = (body: typeof edit | object) =>
      admin.call('changeGateway', { ...of(), body: body as typeof edit });
    await expect(change({ ...edit, baseUrl: 'http://gateway.example.com' })).rejects.toThrow('"baseUrl"');
    expect(await admin.call('removeGateway', of())).toEqual({ gateway: null });
    const { credentials, statusSecret, ...bare } = edit;
    await expect(change({ ...bare, statusSecret })).rejects.toThrow('"credentials"');
    await expect(change({ ...bare, credentials })).rejects.toThrow('"statusSecret"');
  });
});
