/** A store that fails any command of sign-in or of changing people: the browser hears 503, and the same call again works. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Error as MongooseError } from 'mongoose';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { authCollections } from '../../../server/auth/personDocument.ts';
import { failEach, failEachWrite } from '../../support/everyWrite.ts';
import { type FaultyStore, openFaultyStore } from '../../support/faultyStore.ts';
import { storeFaults } from '../../support/storeFaults.ts';
import { openTestDesk, type TestDesk } from './openTestDesk.ts';

let store: FaultyStore;
let desk: TestDesk;
let dataDir: string;
let admin: string;
let adminId: string;
let people = 0;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'notify-inbox-away-'));
  store = await openFaultyStore();
  desk = await openTestDesk({ connection: store.connection, dataDir });
  admin = await desk.cookieOf('admin@example.com');
  const listed = await desk.call('GET', '/api/people', admin);
  adminId = listed.body.people?.find(({ email }) => email === 'admin@example.com')?.id ?? '';
});
afterAll(async () => {
  await desk?.close();
  await store?.[Symbol.asyncDispose]();
  await rm(dataDir, { recursive: true, force: true });
});

const any = () => true;

/** Fails as the browser sees it: 503 is the one failure that it repeats. */
async function answered(answer: Response): Promise<string> {
  const body = await answer.text();
  if (answer.status === 503 && body.includes('storeUnavailable'))
    throw new MongooseError.MongooseServerSelectionError('503');
  if (!answer.ok) throw new Error(`${answer.status} ${body}`);
  return body;
}
const post = (path: string, cookie: string, body: unknown) =>
  fetch(`${desk.url}${path}`, {
    method: 'POST',
    headers: { cookie, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

it('signing in', async () => {
  const password = desk.passwords.get('anna@example.com') ?? '';
  await failEach(store.proxy, any, {
    begin: () => undefined,
    work: async () => answered(await desk.signIn('anna@example.com', password)),
    check: (_, body) => expect(JSON.parse(body)).toEqual({ ok: true }),
  });
});

/** No request finds its session in this process's memory. */
const forget = () => desk.auth.forget({ kind: 'person', personId: adminId });

it('any request with a session', async () => {
  await failEach(store.proxy, any, {
    faults: storeFaults,
    begin: forget,
    work: async () => answered(await fetch(`${desk.url}/api/people`, { headers: { cookie: admin } })),
    check: (_, body) => expect(JSON.parse(body).people.length).toBeGreaterThan(3),
  });
});

it('signing out', async () => {
  await failEach(store.proxy, any, {
    begin: () => desk.cookieOf('ivan@example.com'),
    work: async (cookie) => answered(await post('/api/auth/sign-out', cookie, {})),
    async check(cookie) {
      expect((await fetch(`${desk.url}/api/people`, { headers: { cookie } })).status).toBe(401);
    },
  });
});

it('adding a person: one person, with a password', async () => {
  const emailOf = (id: number) => `person${id}@example.com`;
  const inStore = (collection: string) => store.direct.collection(collection);
  await failEachWrite(store.proxy, {
    begin: () => ++people,
    async work(id) {
      const person = { name: 'Новый', email: emailOf(id), role: 'agent', communityIds: null };
      const answer = await post('/api/people', admin, { ...person, password: 'a long password' });
      // The first call had added the person completely, and its answer was lost.
      return answer.status === 409 ? 'emailTaken' : answered(answer);
    },
    async check(id) {
      const added = await inStore(authCollections.people)
        .find({ email: emailOf(id) })
        .toArray();
      expect(added).toHaveLength(1);
      const accounts = await inStore(authCollections.accounts).find({ userId: added[0]?._id }).toArray();
      expect(accounts.map(({ password }) => typeof password)).toEqual(['string']);
    },
  });
});
