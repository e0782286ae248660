import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { SignedInPerson } from '../../../server/auth/signedIn.ts';
import type { Role } from '../../../shared/schemas/person.ts';
import { openTestStore, type TestStore } from '../../support/store.ts';
import { openTestDesk, type TestDesk } from './openTestDesk.ts';

let store: TestStore;
let desk: TestDesk;
let dataDir: string;
let administrator: string;
let emails = 0;
const PASSWORD = 'correct horse battery';

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'notify-inbox-people-'));
  store = await openTestStore();
  desk = await openTestDesk({ connection: store.connection, dataDir });
  administrator = await desk.cookieOf('admin@example.com');
});
beforeEach(() => {
  desk.changes.length = 0;
  desk.ended.length = 0;
});
afterAll(async () => {
  await desk?.close();
  await store?.[Symbol.asyncDispose]();
  await rm(dataDir, { recursive: true, force: true });
});

async function add(role: Role): Promise<SignedInPerson> {
  emails += 1;
  const given = { name: `Person ${emails}`, email: `person${emails}@example.com`, password: PASSWORD, role };
  const added = await desk.auth.people.addPerson(
    { ...given, communityIds: null },
    { mustChangePassword: false },
  );
  if (added.kind !== 'added') throw new Error(added.kind);
  return added.person;
}

describe('an administrator', () => {
  it('adds a person, who can then sign in, and every tab is updated', async () => {
    const given = { name: 'Пётр', email: 'Petr@Example.com', password: PASSWORD, role: 'agent' };
    const added = await desk.call('POST', '/api/people', administrator, given);
    expect(added.status).toBe(201);
    expect(added.body).toMatchObject({
      name: 'Пётр',
      email: 'petr@example.com',
      role: 'agent',
      communityIds: null,
    });
    expect(desk.changes).toMatchObject([{ type: 'person.changed', person: { name: 'Пётр' } }]);
    expect(desk.changes[0]).not.toHaveProperty('person.email');
    await desk.cookieOf('petr@example.com', PASSWORD);
    const listed = await desk.call('GET', '/api/people', administrator);
    expect(listed.body.people?.map(({ email }) => email)).toContain('petr@example.com');
  });

  it('cannot give one email to two people, whatever its capitals, and even at once', async () => {
    const given = { name: 'Twin', email: 'twin@example.com', password: PASSWORD, role: 'agent' };
    const answers = await Promise.all(
      ['twin@example.com', 'TWIN@example.com', 'Twin@Example.Com'].map((email) =>
        desk.call('POST', '/api/people', administrator, { ...given, email }),
      ),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409]);
    expect(answers.find(({ status }) => status === 409)?.body.error).toMatchObject({
      code: 'emailTaken',
      field: 'email',
    });
  });

  it('learns which field is wrong', async () => {
    const given = { name: 'X', email: 'x@example.com', password: 'short', role: 'agent' };
    const short = await desk.call('POST', '/api/people', administrator, given);
    expect(short).toMatchObject({ status: 400, body: { error: { code: 'badRequest', field: 'password' } } });
    const unknown = await desk.call('POST', '/api/people', administrator, {
      ...given,
      password: PASSWORD,
      isGod: true,
    });
    expect(unknown).toMatchObject({ status: 400, body: { error: { field: 'isGod' } } });
    const nobody = await desk.call('PATCH', `/api/people/${'0'.repeat(24)}`, administrator, { name: 'X' });
    expect(nobody).toMatchObject({ status: 404, body: { error: { code: 'notFound' } } });
    const notId = await desk.call('PATCH', '/api/people/me', administrator, { name: 'X' });
    expect(notId).toMatchObject({ status: 400, body: { error: { field: 'personId' } } });
  });

  it('is the only one who manages people', async () => {
    for (const role of ['agent', 'supervisor'] as const) {
      const person = await add(role);
      const cookie = await desk.cookieOf(person.email, PASSWORD);
      expect((await desk.call('GET', '/api/people', cookie)).status).toBe(403);
      expect(
        (await desk.call('PATCH', `/api/people/${person.id}`, cookie, { role: 'administrator' })).status,
      ).toBe(403);
    }
  });
});

describe('a change of rights', () => {
  const changes = [
    { role: 'supervisor' },
    { isActive: false },
    { password: 'another long one' },
    { communityIds: ['5'.repeat(24)] },
  ] as const;
  for (const patch of changes) {
    it(`ends the sessions at once: ${Object.keys(patch)[0]}`, async () => {
      const person = await add('agent');
      const cookie = await desk.cookieOf(person.email, PASSWORD);
      expect((await desk.call('PATCH', '/api/me', cookie, { name: 'Seen' })).status).toBe(200);
      const changed = await desk.call('PATCH', `/api/people/${person.id}`, administrator, patch);
      expect(changed.status).toBe(200);
      expect((await desk.call('PATCH', '/api/me', cookie, { name: 'Unseen' })).status).toBe(401);
      expect(desk.ended).toEqual([{ kind: 'person', personId: person.id }]);
      expect(desk.changes.at(-1)).toMatchObject({ type: 'person.changed', person: { id: person.id } });
    });
  }

  it('leaves the sessions when only the name is new', async () => {
    const person = await add('agent');
    const cookie = await desk.cookieOf(person.email, PASSWORD);
    const renamed = await desk.call('PATCH', '/api/me', cookie, { name: 'Новое имя' });
    expect(renamed).toMatchObject({ status: 200, body: { name: 'Новое имя' } });
    expect(desk.ended).toEqual([]);
    const again = await desk.call('PATCH', '/api/me', cookie, { name: 'Ещё одно' });
    expect(again.body.name).toBe('Ещё одно');
  });

  it('makes the new password the only one', async () => {
    const person = await add('agent');
    await desk.auth.people.changePerson(person.id, { password: 'the newer long one' });
    expect((await desk.signIn(person.email, PASSWORD)).status).toBe(401);
    expect((await desk.signIn(person.email, 'the newer long one')).status).toBe(200);
  });

  it('lets a person end all of their own sessions', async () => {
    const person = await add('agent');
    const cookies = [
      await desk.cookieOf(person.email, PASSWORD),
      await desk.cookieOf(person.email, PASSWORD),
    ];
    expect((await desk.call('POST', '/api/me/sessions/end', cookies[0] ?? '')).status).toBe(200);
    for (const cookie of cookies)
      expect((await desk.call('PATCH', '/api/me', cookie, { name: 'X' })).status).toBe(401);
  });

  it('creates the account of a person whose creation was interrupted', async () => {
    const person = await add('agent');
    await store.connection
      .getClient()
      .db(store.connection.name)
      .collection('accounts')
      .deleteMany({ accountId: person.id });
    expect((await desk.signIn(person.email, PASSWORD)).status).toBe(401);
    await desk.auth.people.changePerson(person.id, { password: PASSWORD });
    expect((await desk.signIn(person.email, PASSWORD)).status).toBe(200);
  });
});

describe('the last active administrator', () => {
  it('cannot step down or be deactivated, not even by two requests at once', async () => {
    const first = (await desk.auth.people.listPeople()).find(({ role }) => role === 'administrator');
    if (!first) throw new Error('no administrator');
    for (const patch of [{ role: 'agent' }, { isActive: false }]) {
      const answer = await desk.call('PATCH', `/api/people/${first.id}`, administrator, patch);
      expect(answer).toMatchObject({ status: 409, body: { error: { code: 'lastAdministrator' } } });
    }
    for (let round = 0; round < 5; round += 1) {
      const second = await add('administrator');
      const outcomes = await Promise.all([
        desk.auth.people.changePerson(first.id, { role: 'supervisor' }),
        desk.auth.people.changePerson(second.id, { isActive: false }),
      ]);
      expect(outcomes.map(({ kind }) => kind).sort()).toEqual(['changed', 'lastAdministrator']);
      const left = (await desk.auth.people.listPeople()).filter(
        (p) => p.role === 'administrator' && p.isActive,
      );
      expect(left).toHaveLength(1);
      await desk.auth.people.changePerson(first.id, { role: 'administrator' });
      await desk.auth.people.changePerson(second.id, { isActive: false });
    }
  });
});
