/** What people change of their own sign-in, and what the audit then says of them. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openTestStore, type TestStore } from '../../support/store.ts';
import { until } from '../../support/until.ts';
import { openTestDesk, type TestDesk } from './openTestDesk.ts';

let store: TestStore;
let desk: TestDesk;
let dataDir: string;
let people = 0;
const FIRST = 'given by somebody';
const OWN = 'chosen by myself';

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'notify-inbox-own-'));
  store = await openTestStore();
  desk = await openTestDesk({ connection: store.connection, dataDir });
});
beforeEach(() => {
  desk.audited.length = 0;
  desk.ended.length = 0;
});
afterAll(async () => {
  await desk?.close();
  await store?.[Symbol.asyncDispose]();
  await rm(dataDir, { recursive: true, force: true });
});

async function addPerson(): Promise<{ id: string; email: string; name: string }> {
  people += 1;
  const given = { name: `Person ${people}`, email: `own${people}@example.com`, password: FIRST };
  const admin = await desk.cookieOf('admin@example.com');
  const added = await desk.call('POST', '/api/people', admin, { ...given, role: 'agent' });
  return { id: added.body.id ?? '', email: given.email, name: given.name };
}

const changePassword = (cookie: string, current: string, next: string) =>
  desk.call('POST', '/api/me/password', cookie, { current, next });

describe('a first password', () => {
  it('opens nothing until it is changed, and says so at the sign-in', async () => {
    const { email } = await addPerson();
    const answer = await desk.signIn(email, FIRST);
    expect(await answer.json()).toEqual({ ok: true, mustChangePassword: true });
    const cookie = await desk.cookieOf(email, FIRST);
    expect(await desk.call('PATCH', '/api/me', cookie, { name: 'Someone' })).toMatchObject({
      status: 403,
      body: { error: { code: 'passwordChangeRequired' } },
    });
    // What asks for the person behind a cookie, such as sockets and files, sees nobody.
    expect(await desk.auth.currentPerson({ cookie })).toBeNull();

    expect((await changePassword(cookie, FIRST, OWN)).status).toBe(200);
    expect((await desk.call('PATCH', '/api/me', cookie, { name: 'Someone' })).status).toBe(200);
    expect(await desk.auth.currentPerson({ cookie })).toMatchObject({ person: { name: 'Someone' } });
    expect((await desk.signIn(email, FIRST)).status).toBe(401);
    expect(await (await desk.signIn(email, OWN)).json()).toEqual({ ok: true });
  });

  it('cannot be kept as the own one', async () => {
    const { email } = await addPerson();
    const cookie = await desk.cookieOf(email, FIRST);
    expect(await changePassword(cookie, FIRST, FIRST)).toMatchObject({
      status: 422,
      body: { error: { code: 'passwordSame', field: 'next' } },
    });
    expect(await desk.auth.currentPerson({ cookie })).toBeNull();
  });

  it('is what an administrator sets for another person, and not for themself', async () => {
    const { id, email } = await addPerson();
    await changePassword(await desk.cookieOf(email, FIRST), FIRST, OWN);
    const admin = await desk.cookieOf('admin@example.com');
    await desk.call('PATCH', `/api/people/${id}`, admin, { password: 'set by the administrator' });
    expect(await (await desk.signIn(email, 'set by the administrator')).json()).toMatchObject({
      mustChangePassword: true,
    });
    const adminPerson = await desk.auth.people.findByEmail('admin@example.com');
    await desk.call('PATCH', `/api/people/${adminPerson!.id}`, admin, { password: 'the admin’s very own' });
    expect(await (await desk.signIn('admin@example.com', 'the admin’s very own')).json()).toEqual({
      ok: true,
    });
    await desk.auth.people.changePerson(
      adminPerson!.id,
      { password: desk.passwords.get('admin@example.com')! },
      { mustChangePassword: false },
    );
  });
});

describe('one’s own password', () => {
  it('needs the present one, and ends every other session but not this one', async () => {
    const { email } = await addPerson();
    await changePassword(await desk.cookieOf(email, FIRST), FIRST, OWN);
    const [here, elsewhere] = [await desk.cookieOf(email, OWN), await desk.cookieOf(email, OWN)];
    expect(await changePassword(here, 'a wrong guess', 'another password')).toMatchObject({
      status: 422,
      body: { error: { code: 'passwordWrong', field: 'current' } },
    });
    expect((await changePassword(here, OWN, 'another password')).status).toBe(200);
    expect(await desk.auth.currentPerson({ cookie: elsewhere })).toBeNull();
    expect(await desk.auth.currentPerson({ cookie: here })).not.toBeNull();
    expect(desk.ended.map(({ kind }) => kind)).toContain('session');
  });

  it('cannot be guessed by someone who found an open browser', async () => {
    const { email } = await addPerson();
    await changePassword(await desk.cookieOf(email, FIRST), FIRST, OWN);
    const cookie = await desk.cookieOf(email, OWN);
    const statuses: number[] = [];
    for (let guess = 0; guess < 11; guess += 1)
      statuses.push((await changePassword(cookie, `guess ${guess}`, 'another password')).status);
    expect(statuses).toEqual([...Array(10).fill(422), 429]);
    // The owner signs in elsewhere as before.
    expect((await desk.signIn(email, OWN)).status).toBe(200);
  });
});

describe('one’s own email', () => {
  it('is changed with the password, and is the one to sign in with from then on', async () => {
    const { email } = await addPerson();
    await changePassword(await desk.cookieOf(email, FIRST), FIRST, OWN);
    const cookie = await desk.cookieOf(email, OWN);
    const change = (current: string, next: string) =>
      desk.call('POST', '/api/me/email', cookie, { current, email: next });
    expect((await change('a wrong guess', 'new@example.com')).status).toBe(422);
    expect(await change(OWN, 'anna@example.com')).toMatchObject({
      status: 409,
      body: { error: { code: 'emailTaken' } },
    });
    expect(await change(OWN, 'New@Example.com')).toMatchObject({
      status: 200,
      body: { email: 'new@example.com' },
    });
    expect((await desk.signIn(email, OWN)).status).toBe(401);
    expect((await desk.signIn('new@example.com', OWN)).status).toBe(200);
  });
});

describe('the audit of people', () => {
  it('names who added, changed, switched off and signed in, one line for each', async () => {
    const { id, email, name } = await addPerson();
    const admin = await desk.cookieOf('admin@example.com');
    const patch = { role: 'supervisor', communityIds: [], isActive: false, password: 'set again for them' };
    await desk.call('PATCH', `/api/people/${id}`, admin, patch);
    await desk.call('PATCH', `/api/people/${id}`, admin, { role: 'supervisor', isActive: true });
    await desk.signIn(email, 'set again for them');
    const adminName = 'Администратор';
    expect(desk.audited.filter(({ about }) => about === name)).toEqual([
      { action: 'person.added', by: adminName, about: name, details: { role: 'agent', communities: null } },
      {
        action: 'person.changed',
        by: adminName,
        about: name,
        details: { role: 'supervisor', communities: 0 },
      },
      { action: 'person.passwordSet', by: adminName, about: name, details: {} },
      { action: 'person.switchedOff', by: adminName, about: name, details: {} },
      { action: 'person.switchedOn', by: adminName, about: name, details: {} },
      { action: 'person.signedIn', by: name, about: name, details: { address: '127.0.0.1' } },
    ]);
  });

  it('has one line a minute for refused sign-ins of a known person, and none for an unknown email', async () => {
    const { email, name } = await addPerson();
    await desk.signIn('my password by mistake@example.com', 'x');
    await desk.signIn('nobody@example.com', 'x');
    for (const guess of ['one', 'two', 'three']) await desk.signIn(email, guess);
    const refused = () => desk.audited.filter(({ action }) => action === 'person.signInRefused');
    await until('the refusal to be in the audit', () => refused().length > 0);
    await desk.signIn(email, 'four');
    expect(new Set(refused().map(({ about }) => about))).toEqual(new Set([name]));
    // The guesses may fall into two minutes.
    expect(refused().length).toBeLessThanOrEqual(2);
  });
});
