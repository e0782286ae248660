/** A change of a person has its line in the audit although the store, or the process, fails between the two. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Types } from 'mongoose';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { auditModel, createAudit } from '../../../server/audit/audit.ts';
import { createAudited } from '../../../server/audit/audited.ts';
import { auditIntentModel, CONFIRMED_WITHIN_MS, createAuditIntents } from '../../../server/audit/intents.ts';
import { authCollections } from '../../../server/auth/personDocument.ts';
import { createAuditedChange } from '../../../server/http/auditedChange.ts';
import { createSignInAudit } from '../../../server/http/signInAudit.ts';
import { type FaultyStore, openFaultyStore } from '../../support/faultyStore.ts';
import { writesTo } from '../../support/storeProxy.ts';
import { openTestDesk, type TestDesk } from './openTestDesk.ts';

const companyId = new Types.ObjectId();
const undone = { kind: 'notPrimary', work: 'undone' } as const;
let store: FaultyStore;
let desk: TestDesk;
let dataDir: string;
let administrator: string;
let emails = 0;

const intents = () => {
  const audit = createAudit(auditModel(store.direct));
  return createAuditIntents({ auditIntents: auditIntentModel(store.direct), audit });
};
const sweep = () => intents().sweep(new Date(Date.now() + CONFIRMED_WITHIN_MS + 1_000));
const openIntents = () => auditIntentModel(store.direct).countDocuments();
const linesAbout = async (name: string) =>
  (await auditModel(store.direct).find({ 'subject.name': name }).sort({ at: 1 }).lean()).map(
    ({ action, details, personName }) => ({ action, details, by: personName }),
  );

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'notify-inbox-audited-'));
  store = await openFaultyStore();
  const auditLines = auditModel(store.connection);
  const auditIntents = auditIntentModel(store.connection);
  const audit = createAudit(auditLines);
  await store.build([auditIntents, auditLines] as never);
  desk = await openTestDesk({
    connection: store.connection,
    dataDir,
    auditedChange: createAuditedChange(companyId, createAudited({ auditLines, auditIntents })),
    signInAudit: createSignInAudit(companyId, audit, createAuditIntents({ auditIntents, audit })),
  });
  administrator = await desk.cookieOf('admin@example.com');
});
afterEach(async () => {
  store.proxy.heal();
  await auditIntentModel(store.direct).deleteMany({});
});
afterAll(async () => {
  await desk?.close();
  await store?.[Symbol.asyncDispose]();
  await rm(dataDir, { recursive: true, force: true });
});

async function add(): Promise<{ id: string; name: string; email: string }> {
  emails += 1;
  const name = `Person ${emails}`;
  const email = `person${emails}@example.com`;
  const added = await desk.call('POST', '/api/people', administrator, {
    name,
    email,
    password: 'correct horse battery',
    role: 'agent',
  });
  expect(added.status).toBe(201);
  return { id: added.body.id ?? '', name, email };
}

it('is one confirmed line when all goes well, and leaves nothing to sweep', async () => {
  const { id, name } = await add();
  await desk.call('PATCH', `/api/people/${id}`, administrator, { role: 'supervisor', isActive: false });
  expect(await openIntents()).toBe(0);
  await sweep();
  expect(await linesAbout(name)).toMatchObject([
    { action: 'person.added', details: { role: 'agent' } },
    { action: 'person.changed', details: { role: 'supervisor' } },
    { action: 'person.switchedOff', details: {} },
  ]);
  expect(JSON.stringify(await linesAbout(name))).not.toContain('isUnconfirmed');
});

it('is told as not confirmed when its line is lost after the change', async () => {
  const { id, name, email } = await add();
  store.proxy.fail(undone, { of: writesTo('audit') });
  const changed = await desk.call('PATCH', `/api/people/${id}`, administrator, {
    role: 'supervisor',
    password: 'another good password',
  });
  expect(changed.status).toBe(503);
  store.proxy.heal();
  expect(await desk.auth.people.readPerson(id)).toMatchObject({ role: 'supervisor' });
  expect(await linesAbout(name)).toHaveLength(1);
  // It may still be under way.
  await intents().sweep(new Date());
  expect(await linesAbout(name)).toHaveLength(1);

  await Promise.all([sweep(), sweep()]);
  expect((await linesAbout(name)).slice(1)).toEqual([
    { action: 'person.changed', details: { role: 'supervisor', isUnconfirmed: true }, by: 'Администратор' },
    { action: 'person.passwordSet', details: { isUnconfirmed: true }, by: 'Администратор' },
  ]);
  expect(await openIntents()).toBe(0);
  expect(email).toContain('@');
});

it('of a new person is told too', async () => {
  store.proxy.fail(undone, { of: writesTo('audit') });
  emails += 1;
  const name = `Person ${emails}`;
  const given = {
    name,
    email: `person${emails}@example.com`,
    password: 'correct horse battery',
    role: 'agent',
  };
  expect((await desk.call('POST', '/api/people', administrator, given)).status).toBe(503);
  store.proxy.heal();
  await sweep();
  expect(await linesAbout(name)).toMatchObject([
    { action: 'person.added', details: { role: 'agent', isUnconfirmed: true } },
  ]);
});

it('is not done when it cannot be written down before', async () => {
  const { id, name } = await add();
  store.proxy.fail(undone, { of: writesTo('auditIntents') });
  const { status } = await desk.call('PATCH', `/api/people/${id}`, administrator, { role: 'supervisor' });
  expect(status).toBe(503);
  expect(await desk.auth.people.readPerson(id)).toMatchObject({ role: 'agent' });
  expect(await linesAbout(name)).toHaveLength(1);
});

it('stays one confirmed line when the process ends right after it', async () => {
  const { id, name } = await add();
  const isDelete = writesTo('auditIntents');
  store.proxy.fail(undone, { of: (command) => command.name === 'delete' && isDelete(command) });
  await desk.call('PATCH', `/api/people/${id}`, administrator, { isActive: false });
  store.proxy.heal();
  expect(await openIntents()).toBe(1);
  await sweep();
  expect((await linesAbout(name)).slice(1)).toEqual([
    { action: 'person.switchedOff', details: {}, by: 'Администратор' },
  ]);
});

it('leaves no line when it was refused', async () => {
  const { id, name } = await add();
  const { email } = await add();
  const { status } = await desk.call('PATCH', `/api/people/${id}`, administrator, { email });
  expect(status).toBe(409);
  await sweep();
  expect(await linesAbout(name)).toHaveLength(1);
});

describe('a sign-in', () => {
  const email = 'anna@example.com';
  const signIn = (password = desk.passwords.get(email) ?? '') => desk.signIn(email, password);
  const sessions = () => store.direct.collection(authCollections.sessions).countDocuments();
  const signIns = async () => {
    const lines = await auditModel(store.direct).find({ action: 'person.signedIn' }).sort({ at: 1 }).lean();
    return lines.filter(({ personName }) => personName === 'Анна Соколова').map(({ details }) => details);
  };

  it('is one confirmed line, with the address', async () => {
    const before = await signIns();
    expect((await signIn()).status).toBe(200);
    expect(await openIntents()).toBe(0);
    expect((await signIns()).slice(before.length)).toEqual([{ address: '127.0.0.1' }]);
  });

  it('is told as not confirmed when its line is lost after the session was stored', async () => {
    const [before, sessionsBefore] = [await signIns(), await sessions()];
    store.proxy.fail(undone, { of: writesTo('audit') });
    expect((await signIn()).status).toBe(503);
    store.proxy.heal();
    expect(await sessions()).toBe(sessionsBefore + 1);
    await sweep();
    expect((await signIns()).slice(before.length)).toEqual([{ address: '127.0.0.1', isUnconfirmed: true }]);
  });

  it('makes no session when its line cannot be written down before', async () => {
    const before = await sessions();
    store.proxy.fail(undone, { of: writesTo('auditIntents') });
    expect((await signIn()).status).toBe(503);
    store.proxy.heal();
    expect(await sessions()).toBe(before);
  });

  it('with a wrong password writes nothing before', async () => {
    const from = store.proxy.commands.length;
    expect((await signIn('a wrong password')).status).toBe(401);
    expect(store.proxy.commands.slice(from).filter(writesTo('auditIntents'))).toEqual([]);
  });
});
