import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PersonPatch } from '../../../server/auth/people.ts';
import { type DeskClient, signIn } from '../../support/deskProcess.ts';
import { type ScreensProcess, startScreensProcess } from '../../support/screensProcess.ts';
import { openInbox, quickTiming, startDesk, type TestDesk } from '../../support/startDesk.ts';
import { openTestStore, type TestStore } from '../../support/store.ts';
import { until } from '../../support/until.ts';

/** Longer than any wait of this file, so that a notification closes a socket and not the check of the store. */
const NEVER_MS = 3_600_000;
/** Notifications take 100 ms; a busy machine may take longer, but not as long as a check of the store. */
const SOON_MS = 5_000;

let store: TestStore;
let first: TestDesk;
let second: ScreensProcess;
let admin: DeskClient;
const secretKey = Buffer.alloc(32, 7).toString('base64');
const timing = { ...quickTiming, sessionLookMs: NEVER_MS };

beforeAll(async () => {
  store = await openTestStore();
  first = await startDesk({ env: { MONGODB_URI: store.uri, SECRET_KEY: secretKey }, timing });
  second = await startScreens();
  admin = await first.as('admin@example.com');
  // The processes know each other once a change in one reaches the other.
  await using tab = await openTab(second.url, admin);
  await until('the processes to have met', async () => {
    const rename = await call(first.url, 'PATCH', '/api/me', admin, { name: `Админ ${Date.now()}` });
    expect(rename).toBe(200);
    return tab.changes.some((change) => change.type === 'person.changed');
  });
});
afterAll(async () => {
  await second?.[Symbol.asyncDispose]();
  await first?.[Symbol.asyncDispose]();
  await store?.[Symbol.asyncDispose]();
});

describe('in another process', () => {
  it('signing out ends the tabs of that session, and no other tab of the same person', async () => {
    const leaving = await first.as('anna@example.com');
    const staying = await first.as('anna@example.com');
    await using left = await openTab(second.url, leaving);
    await using kept = await openTab(second.url, staying);
    expect(await call(second.url, 'PATCH', '/api/me', leaving, { name: 'Анна' })).toBe(200);

    expect(await call(first.url, 'POST', '/api/auth/sign-out', leaving, {})).toBe(200);

    await left.toEnd();
    expect(left.wasTold()).toBe(true);
    // That process has also dropped its cached session.
    expect(await call(second.url, 'PATCH', '/api/me', leaving, { name: 'Никто' })).toBe(401);
    await expect(openInbox(second.url, leaving)).rejects.toThrow('notSignedIn');
    expect(await call(second.url, 'PATCH', '/api/me', staying, { name: 'Анна' })).toBe(200);
    expect(kept.isOpen()).toBe(true);
  });

  it('signing out everywhere ends every tab of the person and nobody else', async () => {
    const [here, there] = [await first.as('ivan@example.com'), await first.as('ivan@example.com')];
    await using one = await openTab(second.url, here);
    await using two = await openTab(second.url, there);
    await using inFirst = await openTab(first.url, there);
    await using other = await openTab(second.url, admin);

    expect(await call(first.url, 'POST', '/api/me/sessions/end', here)).toBe(200);

    for (const tab of [one, two, inFirst]) await tab.toEnd();
    expect(other.isOpen()).toBe(true);
    // A new sign-in is accepted.
    await using again = await openTab(second.url, await first.as('ivan@example.com'));
    expect(again.isOpen()).toBe(true);
  });

  const changes: PersonPatch[] = [{ role: 'supervisor' }, { communityIds: [] }, { isActive: false }];
  for (const patch of changes) {
    it(`a change of rights ends the person's tabs: ${Object.keys(patch)[0]}`, async () => {
      const password = 'correct horse battery';
      const email = `${Object.keys(patch)[0]?.toLowerCase()}@example.com`;
      const person = await admin.call('addPerson', {
        body: { name: 'Пётр', email, password, role: 'agent', communityIds: null },
      });
      const client = await signIn(first.url, email, password);
      await using tab = await openTab(second.url, client);
      const renamed = await admin.call('changePerson', {
        params: { personId: person.id },
        body: { name: 'Пётр Второй' },
      });
      expect(renamed.name).toBe('Пётр Второй');
      await until('the new name to arrive', () =>
        tab.changes.some((change) => change.type === 'person.changed' && change.person.name === renamed.name),
      );
      expect(tab.isOpen()).toBe(true);

      await admin.call('changePerson', { params: { personId: person.id }, body: patch });
      await tab.toEnd();
      expect(tab.wasTold()).toBe(true);
    });
  }

  it('signing out ends tabs even before the processes have met', async () => {
    await using third = await startScreens();
    const leaving = await first.as('anna@example.com');
    await using tab = await openTab(third.url, leaving);
    expect(await call(first.url, 'POST', '/api/auth/sign-out', leaving, {})).toBe(200);
    await tab.toEnd();
  });

  it('relays an ended session without anything that could open one', async () => {
    const leaving = await first.as('maria@example.com');
    await using tab = await openTab(second.url, leaving);
    await call(first.url, 'POST', '/api/auth/sign-out', leaving, {});
    await tab.toEnd();
    const packets = await store.connection.collection('relayPackets').find().toArray();
    expect(packets.some((packet) => packet.ended?.[0]?.kind === 'session')).toBe(true);
    const token = decodeURIComponent(leaving.cookie.split('=')[1] ?? '').split('.')[0] ?? '';
    expect(token.length).toBeGreaterThan(20);
    expect(JSON.stringify(packets)).not.toContain(token);
  });
});

it('ends the tabs of an expired session, and of one whose end was not relayed', async () => {
  await using own = await openTestStore();
  await using desk = await startDesk({
    env: { MONGODB_URI: own.uri },
    timing: { ...quickTiming, sessionLookMs: 100 },
  });
  const { connection } = own;
  const sessions = connection.collection('sessions');
  const anna = await desk.as('anna@example.com');
  const ivan = await desk.as('ivan@example.com');
  const maria = await desk.as('maria@example.com');
  await using expired = await openTab(desk.url, anna);
  await using deleted = await openTab(desk.url, ivan);
  await using kept = await openTab(desk.url, maria);
  const sessionOf = async (email: string) => {
    const person = await connection.collection('people').findOne({ email });
    return { userId: person?._id };
  };
  await sessions.updateMany(await sessionOf('anna@example.com'), { $set: { expiresAt: new Date(0) } });
  await expired.toEnd();
  await sessions.deleteMany(await sessionOf('ivan@example.com'));
  await deleted.toEnd();
  // The rights changed without a notification: the tab would go on receiving events that it may not.
  expect(kept.isOpen()).toBe(true);
  await connection
    .collection('people')
    .updateOne({ email: 'maria@example.com' }, { $set: { communityIds: [] } });
  await kept.toEnd();
});

const startScreens = () => startScreensProcess({ first, storeUri: store.uri, secretKey, timing });

async function openTab(url: string, client: DeskClient) {
  const { socket, changes } = await openInbox(url, client);
  let isTold = false;
  socket.on('session:ended', () => {
    isTold = true;
  });
  return {
    changes,
    wasTold: () => isTold,
    isOpen: () => socket.connected,
    toEnd: () => until('the tab to end', () => !socket.connected, { timeoutMs: SOON_MS }),
    async [Symbol.asyncDispose]() {
      socket.disconnect();
    },
  };
}

async function call(url: string, method: string, path: string, client: DeskClient, body?: unknown) {
  const answer = await fetch(`${url}${path}`, {
    method,
    headers: {
      cookie: client.cookie,
      Origin: url,
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  await answer.arrayBuffer();
  return answer.status;
}
