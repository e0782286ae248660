/** The file of deliveries: every message once and in order over many pages; the export is audited. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { Types } from 'mongoose';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { registerModel } from '../../../server/accessRegister/register.model.ts';
import { createRegister } from '../../../server/accessRegister/register.ts';
import { type AuditLine, auditModel, createAudit } from '../../../server/audit/audit.ts';
import type { SignedInPerson } from '../../../server/auth/signedIn.ts';
import { deliveryQuery } from '../../../server/deliveryReports/deliveryQuery.ts';
import { deliveriesCsv } from '../../../server/deliveryReports/exportDeliveries.ts';
import { type DeliveryRouteDeps, deliveryFilesRouter } from '../../../server/http/deliveries.route.ts';
import { silent } from '../../support/store.ts';
import { until } from '../../support/until.ts';
import { type SendingFixture, startSending } from '../serviceMessages/sendingFixture.ts';
import { steeredNetwork } from '../serviceMessages/steeredNetwork.ts';
import { storedMessage } from './seededMessages.ts';

const ROWS = 1_203;
const phone = '+79990000001';
/** Texts that a spreadsheet would run, or that break its lines. */
const texts = ['=cmd|calc', '＝1+1', '\n=1+1', 'Две строки:\nкод "7"; 8'];
const person: SignedInPerson = {
  id: new Types.ObjectId().toHexString(),
  name: 'Мария',
  email: 'maria@example.com',
  avatarUrl: null,
  role: 'supervisor',
  communityIds: null,
  isActive: true,
  marksRead: true,
};

let sending: SendingFixture;
let auditLines: ReturnType<typeof auditModel>;
const server = createServer();
let ids: string[];
let registerLines: ReturnType<typeof registerModel>;

beforeAll(async () => {
  sending = await startSending({ channels: steeredNetwork().channels });
  auditLines = auditModel(sending.store.connection);
  registerLines = registerModel(sending.store.connection);
  await sending.store.build([auditLines, registerLines] as never);
  const { companyId, phones, vk } = sending;
  const messages = Array.from({ length: ROWS }, (_, at) => {
    const _id = new Types.ObjectId();
    return storedMessage(
      { companyId, communityId: new Types.ObjectId(vk.id) },
      {
        _id,
        // Hundreds of messages of one moment, so that a page ends among them.
        acceptedAt: new Date(Date.UTC(2026, 0, 1) + Math.floor(at / 300)),
        phoneSealed: phones.seal(phone, _id),
        phoneIndex: phones.indexOf(phone),
        status: 'undelivered',
        endCode: 'contentRefused',
        clientMessageId: at === 0 ? '=1+1' : null,
        text: texts[at] ?? 'Заказ № 7 готов',
      },
    );
  });
  await sending.serviceMessages.collection.insertMany(messages as never);
  ids = messages
    .sort(
      (a, b) => b.acceptedAt.getTime() - a.acceptedAt.getTime() || (String(a._id) < String(b._id) ? 1 : -1),
    )
    .map(({ _id }) => _id.toHexString());
  // Only what the file needs of the desk.
  const deps = {
    ...sending,
    audit: createAudit(auditLines),
    register: createRegister({ companyId, register: registerLines, logger: silent }),
    currentPerson: async () => ({ person, sessionId: 's', expiresAt: new Date() }),
  } as unknown as DeliveryRouteDeps & Parameters<typeof deliveryFilesRouter>[0];
  server.on('request', express().use(deliveryFilesRouter(deps)));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterAll(async () => {
  server.close();
  await sending?.[Symbol.asyncDispose]();
});

const ask = (body: object) =>
  fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/media/deliveries.csv`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

it('holds each message once in the list’s order; the audit names person and row count, no phone', async () => {
  const answer = await ask({ view: 'ended', phone: '8 999 000-00-01', network: 'vk' });
  expect(answer.status).toBe(200);
  const [header, ...lines] = (await answer.text()).trim().split('\r\n');
  expect(header).toMatch(/"Ваш номер сообщения";"Текст"$/);
  expect(lines[0]).toMatch(/;"Заказ № 7 готов"$/);
  expect(lines.map((line) => line.slice(1, 25))).toEqual(ids);
  expect(lines.filter((line) => line.includes(`;"'=1+1"`))).toHaveLength(1);
  for (const cell of [`"'=cmd|calc"`, `"'＝1+1"`, `"'\n=1+1"`, `"Две строки:\nкод ""7""; 8"`])
    expect(lines.filter((line) => line.endsWith(`;${cell}`))).toHaveLength(1);
  expect(lines[0]).toContain(`"${phone}"`);
  expect(lines[0]).toContain('"contentRefused";"Соцсеть не приняла содержимое сообщения"');

  const audited = await auditLines.find().sort({ at: 1, _id: -1 }).lean<AuditLine[]>();
  expect(audited.map(({ action }) => action).sort()).toEqual([
    'deliveries.exportBegun',
    'deliveries.exported',
  ]);
  for (const line of audited) {
    expect(line).toMatchObject({ personId: person.id, personName: 'Мария' });
    expect(line.details).toMatchObject({ view: 'ended', network: 'vk', byPhone: true });
    expect(JSON.stringify(line)).not.toMatch(/9990000001|000-00-01/);
  }
  const ended = audited.find(({ action }) => action === 'deliveries.exported');
  expect(ended?.details).toMatchObject({ rows: ROWS, isComplete: true });
  // The register also names the person who exported whole phones (N17, personal data).
  const [line, ...more] = await until('the register to have its end', async () => {
    const lines = await registerLines.find().lean();
    return lines[0]?.details.isComplete === true && lines;
  });
  expect(more).toEqual([]);
  expect(line).toMatchObject({
    action: 'exported',
    personName: 'Мария',
    clientId: null,
    details: {
      what: 'deliveries',
      view: 'ended',
      byPhone: true,
      phonesShown: true,
      textsShown: true,
      rows: ROWS,
      isComplete: true,
    },
  });
  expect(JSON.stringify(line)).not.toMatch(/9990000001|000-00-01/);
});

it('has no texts for a person who may not read them', async () => {
  const csv = deliveriesCsv(sending, {
    query: deliveryQuery(
      person,
      { view: 'ended' },
      { companyId: sending.companyId, communities: [], phoneIndex: null },
    ),
    role: 'agent',
    language: 'en',
    onRows: () => undefined,
  });
  let file = '';
  for await (const part of csv) file += part;
  const lines = file.trim().split('\r\n');
  expect(lines).toHaveLength(ROWS + 1);
  expect(lines[0]).toMatch(/"Your message ID"$/);
  expect(file).not.toMatch(/Заказ|Text|calc|Две строки/);
});

it('is audited even when the person leaves before the end', async () => {
  const before = await auditLines.countDocuments();
  const leaving = new AbortController();
  const answer = await fetch(
    `http://127.0.0.1:${(server.address() as AddressInfo).port}/media/deliveries.csv`,
    { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}', signal: leaving.signal },
  );
  await answer.body?.getReader().read();
  leaving.abort();
  await expect.poll(() => auditLines.countDocuments(), { timeout: 10_000 }).toBe(before + 2);
});
