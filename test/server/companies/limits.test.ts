/** The effect of sending hours and the block list: when a message is accepted, and when it is sent. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { blockPhone, listBlockedPhones, unblockPhone } from '../../../server/companies/blockList.ts';
import { changeCompany } from '../../../server/companies/companySettings.ts';
import { companyLimits, type SendingHours } from '../../../shared/schemas/company.ts';
import { request } from '../serviceMessages/sendingFixture.ts';
import { type SteeredNetwork, steeredNetwork } from '../serviceMessages/steeredNetwork.ts';
import { editor, type LimitsFixture, startLimits } from './limitsFixture.ts';

let network: SteeredNetwork;
let company: LimitsFixture;
let clients = 0;
/** Each test has its own client. */
let phone: string;

beforeAll(async () => {
  network = steeredNetwork();
  company = await startLimits(network);
  await company.approve('urgent', { isUrgent: true });
});
afterAll(() => company?.[Symbol.asyncDispose]());
beforeEach(() => {
  // A Wednesday, 15:00 in Moscow.
  vi.useFakeTimers({ toFake: ['Date'], now: Date.UTC(2026, 10, 25, 12) });
  network.asUsual();
  phone = `+7999000${String(1000 + clients++)}`;
});
afterEach(async () => {
  try {
    await company.asUsual();
  } finally {
    vi.useRealTimers();
  }
});

const daily = (fromHour: number, toHour: number): SendingHours => ({
  fromMinute: fromHour * 60,
  toMinute: toHour * 60,
  daysOfWeek: [1, 2, 3, 4, 5, 6, 7],
});
const setHours = (sendingHours: SendingHours, timeZone = 'Europe/Moscow') =>
  changeCompany(company.settings, { sendingHours, timeZone }, editor);
const block = (blocked = phone) =>
  blockPhone(company.settings, { phone: blocked, reason: 'просил не писать' }, editor);

describe('sending hours', () => {
  it('are off until they are set', async () => {
    const message = await company.sendOne({ phone });
    expect(message.sendAt).toBeNull();
  });

  it('let a message go at once within them', async () => {
    await setHours(daily(9, 21));
    expect((await company.sendOne({ phone })).sendAt).toBeNull();
  });

  it('delay a message to their next start, and its deadline with it', async () => {
    await setHours(daily(16, 21));
    const message = await company.sendOne({ phone, ttlSeconds: 60 });
    expect(message.sendAt).toEqual(new Date('2026-11-25T13:00Z'));
    expect(message.expiresAt).toEqual(new Date('2026-11-25T13:01Z'));
    await company.work();
    await company.tend();
    expect(network.accepted).toEqual([]);
    vi.setSystemTime(new Date('2026-11-25T13:00:01Z'));
    await company.work();
    expect(network.accepted.map((taken) => taken.phone)).toEqual([phone]);
  });

  it('use the zone of the client’s country if it is certain, otherwise the company’s', async () => {
    await setHours(daily(9, 16), 'Asia/Vladivostok');
    // 22:00 in Vladivostok, 15:00 in Minsk.
    expect((await company.sendOne({ phone })).sendAt).toEqual(new Date('2026-11-25T23:00Z'));
    expect((await company.sendOne({ phone: '+375291234567' })).sendAt).toBeNull();
  });

  it('do not delay an urgent message', async () => {
    await setHours(daily(1, 2));
    expect((await company.sendOne({ phone, template: 'urgent' })).sendAt).toBeNull();
  });

  it('delay a requested time outside them, and keep one within them', async () => {
    await setHours(daily(9, 21));
    const night = await company.sendOne({ phone, sendAt: '2026-11-25T22:00:00.000Z' });
    expect(night.sendAt).toEqual(new Date('2026-11-26T06:00Z'));
    const day = await company.sendOne({ phone, sendAt: '2026-11-26T10:00:00.000Z' });
    expect(day.sendAt).toEqual(new Date('2026-11-26T10:00Z'));
  });

  it('do not change the time of waiting messages when they change', async () => {
    const message = await company.sendOne({ phone, sendAt: '2026-11-25T13:00:00.000Z' });
    await setHours(daily(9, 10));
    vi.setSystemTime(new Date('2026-11-25T13:00:01Z'));
    await company.work();
    expect(await company.read(message)).toMatchObject({ status: 'sent' });
  });

  it('cost no query for each message', async () => {
    await setHours(daily(16, 21));
    const items = Array.from({ length: 100 }, (_, at) => ({
      request: request({ phone: `+7999${String(2_000_000 + at)}` }),
      repeatTokens: [],
      requestHash: String(at),
    }));
    const asked = await company.collectionsAsked(async () => {
      const outcomes = await company.accepting.accept(company.sender, items);
      expect(outcomes.filter(({ kind }) => kind === 'accepted')).toHaveLength(100);
    });
    const limiting = asked.filter((collection) => ['blockedPhones', 'companies'].includes(collection));
    expect(limiting.sort()).toEqual(['blockedPhones', 'companies']);
  });
});

describe('the block list', () => {
  it('refuses a message to a phone on it, and accepts one when the phone is removed', async () => {
    const { _id } = await block();
    const refused = { kind: 'refused', refusal: { code: 'clientBlocked', field: 'phone' } };
    expect(await company.send({ phone })).toEqual(refused);
    const tried = [phone, '+79990000999'].map((each) => request({ phone: each }));
    expect(await company.accepting.validate(company.sender, tried)).toEqual([refused.refusal, null]);
    await unblockPhone(company.settings, _id.toHexString(), editor);
    expect(await company.send({ phone })).toMatchObject({ kind: 'accepted' });
  });

  it('stops waiting messages to a phone that was added since, on every network, and returns the unit', async () => {
    const other = `${phone.slice(0, -4)}9999`;
    const message = await company.sendOne({ phone });
    const fine = await company.sendOne({ phone: other });
    await block();
    await company.work();
    await company.tend();
    expect(network.accepted.map((taken) => taken.phone)).toEqual([other]);
    expect(await company.read(message)).toMatchObject({
      status: 'undelivered',
      endCode: 'clientBlocked',
      tries: [{ network: 'vk' }],
    });
    expect(await company.read(fine)).toMatchObject({ status: 'sent' });
    expect(await company.quota.left(message.communityId, message.phoneIndex)).toMatchObject({ left: 5 });
  });

  it('ends a message between two networks too', async () => {
    network.behaves.vk = 'refuses';
    network.behaves.ok = 'later';
    const message = await company.sendOne({ phone });
    await company.work();
    await block();
    network.behaves.ok = 'takes';
    vi.setSystemTime(Date.now() + 60_000);
    await company.work();
    expect(network.accepted).toEqual([]);
    expect(await company.read(message)).toMatchObject({ status: 'undelivered', endCode: 'clientBlocked' });
  });

  it('is queried once for a batch, however many messages are in it', async () => {
    for (let at = 0; at < 20; at++) await company.sendOne({ phone: `+7999400${1000 + at}` });
    const asked = await company.collectionsAsked(() => company.work());
    expect(network.accepted).toHaveLength(20);
    expect(asked.filter((collection) => collection === 'blockedPhones')).toHaveLength(1);
  });

  it('holds a phone once, as it was added first, however many people add it at a time', async () => {
    const rows = await Promise.all(Array.from({ length: 8 }, () => block()));
    expect(new Set(rows.map(({ _id }) => _id.toHexString())).size).toBe(1);
    const again = await blockPhone(company.settings, { phone, reason: 'другое' }, editor);
    expect(again).toMatchObject({ _id: rows[0]!._id, reason: 'просил не писать' });
  });

  it('is read page by page', async () => {
    for (let at = 0; at < companyLimits.blockedPhonesPerPage + 7; at++)
      await block(`+7999300${String(1000 + at)}`);
    const first = await listBlockedPhones(company.settings, undefined);
    expect(first.rows).toHaveLength(companyLimits.blockedPhonesPerPage);
    const second = await listBlockedPhones(company.settings, first.nextCursor ?? undefined);
    expect(second).toMatchObject({ nextCursor: null });
    const ids = [...first.rows, ...second.rows].map(({ _id }) => _id.toHexString());
    expect(new Set(ids).size).toBe(companyLimits.blockedPhonesPerPage + 7);
  });

  it('writes the person into the audit and no phone', async () => {
    const { _id } = await block();
    await unblockPhone(company.settings, _id.toHexString(), editor);
    expect(await unblockPhone(company.settings, _id.toHexString(), editor)).toBe(false);
    const lines = await company.auditLines.find({ _id: new RegExp(_id.toHexString()) }).lean();
    expect(lines.map(({ action }) => action).sort()).toEqual([
      'company.phoneBlocked',
      'company.phoneUnblocked',
    ]);
    expect(JSON.stringify(lines)).not.toContain(phone.slice(2, 9));
    expect(JSON.stringify(lines)).not.toContain('просил');
  });
});
