import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addressGroup } from '../../../server/auth/signInLimits.ts';
import { openTestStore, type TestStore } from '../../support/store.ts';
import { openTestDesk, type TestDesk } from './openTestDesk.ts';

let store: TestStore;
let desk: TestDesk;
let dataDir: string;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'notify-inbox-sign-in-'));
  store = await openTestStore();
  desk = await openTestDesk({ connection: store.connection, dataDir });
});
afterAll(async () => {
  await desk?.close();
  await store?.[Symbol.asyncDispose]();
  await rm(dataDir, { recursive: true, force: true });
});

const passwordOf = (email: string) => desk.passwords.get(email) ?? '';

describe('signing in', () => {
  it('opens a session in a cookie that scripts and other sites cannot use', async () => {
    const answer = await desk.signIn('anna@example.com', passwordOf('anna@example.com'));
    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual({ ok: true });
    const [cookie = ''] = answer.headers.getSetCookie();
    expect(cookie).toMatch(/^desk\.session_token=/);
    expect(cookie).toMatch(/HttpOnly/i);
    expect(cookie).toMatch(/SameSite=Lax/i);
    expect(cookie).not.toMatch(/Secure/i);
  });

  it('accepts the email in any capitalisation', async () => {
    expect((await desk.signIn('Anna@Example.com', passwordOf('anna@example.com'))).status).toBe(200);
  });

  it('sends the cookie over https alone when the desk is reached by https', async () => {
    const publicUrl = 'https://desk.example.com';
    const behindProxy = await openTestDesk({ connection: store.connection, dataDir, publicUrl });
    try {
      const answer = await behindProxy.signIn('anna@example.com', passwordOf('anna@example.com'), {
        origin: publicUrl,
      });
      expect(answer.status).toBe(200);
      expect(answer.headers.getSetCookie()[0]).toMatch(/^__Secure-desk\.session_token=.*Secure/i);
      expect(answer.headers.get('strict-transport-security')).toContain('max-age');
    } finally {
      await behindProxy.close();
    }
  });

  it('answers a wrong password and an unknown email alike', async () => {
    const wrong = await desk.signIn('ivan@example.com', 'not the password');
    const unknown = await desk.signIn('nobody@example.com', 'not the password');
    expect([wrong.status, unknown.status]).toEqual([401, 401]);
    expect(await wrong.json()).toEqual(await unknown.json());
  });

  it('names the missing field of a half-filled form', async () => {
    const answer = await desk.signIn('not an email', 'x');
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ error: { code: 'badRequest', field: 'email' } });
  });

  it('offers no way to sign up and no other path of the library', async () => {
    for (const path of ['sign-up/email', 'request-password-reset', 'update-user', 'list-sessions', 'ok']) {
      const cookie = await desk.cookieOf('anna@example.com');
      const answer = await desk.call('POST', `/api/auth/${path}`, cookie, {});
      expect([path, answer.status]).toEqual([path, 404]);
    }
  });

  it('refuses a deactivated person, and says why', async () => {
    const added = await desk.auth.people.addPerson({
      name: 'Olga',
      email: 'olga@example.com',
      password: 'a long enough one',
      role: 'agent',
      communityIds: null,
    });
    if (added.kind !== 'added') throw new Error('not added');
    await desk.auth.people.changePerson(added.person.id, { isActive: false });
    const answer = await desk.signIn('olga@example.com', 'a long enough one');
    expect(answer.status).toBe(403);
    expect(await answer.json()).toMatchObject({ error: { code: 'forbidden' } });
  });
});

describe('a session', () => {
  it('ends at sign-out', async () => {
    const cookie = await desk.cookieOf('anna@example.com');
    expect((await desk.call('PATCH', '/api/me', cookie, { name: 'Анна Соколова' })).status).toBe(200);
    expect((await desk.call('POST', '/api/auth/sign-out', cookie, {})).status).toBe(200);
    const after = await desk.call('PATCH', '/api/me', cookie, { name: 'Someone' });
    expect(after).toMatchObject({ status: 401, body: { error: { code: 'notSignedIn' } } });
  });

  it('cannot be forged', async () => {
    const cookie = await desk.cookieOf('anna@example.com');
    const forged = cookie.replace(/=(.)/, (_, first: string) => `=${first === 'A' ? 'B' : 'A'}`);
    expect((await desk.call('GET', '/api/people', forged)).status).toBe(401);
    expect((await desk.call('GET', '/api/people', 'desk.session_token=')).status).toBe(401);
    expect((await desk.call('GET', '/api/people', '')).status).toBe(401);
  });

  it('is not usable by another site', async () => {
    const cookie = await desk.cookieOf('anna@example.com');
    const rename = (headers: Record<string, string>) =>
      fetch(`${desk.url}/api/me`, {
        method: 'PATCH',
        headers: { cookie, 'content-type': 'application/json', ...headers },
        body: JSON.stringify({ name: 'Анна Соколова' }),
      }).then((answer) => answer.status);
    expect(await rename({ origin: 'https://evil.example' })).toBe(403);
    expect(await rename({ origin: 'null' })).toBe(403);
    expect(await rename({ 'sec-fetch-site': 'cross-site' })).toBe(403);
    expect(await rename({ origin: desk.url, 'sec-fetch-site': 'same-origin' })).toBe(200);
  });

  it('answers 503 rather than 401 while the store is away', async () => {
    const other = await openTestStore();
    const lonely = await openTestDesk({
      connection: other.connection,
      dataDir: await mkdtemp(join(dataDir, 'lonely-')),
    });
    const cookie = await lonely.cookieOf('anna@example.com');
    await other.connection.getClient().close();
    const answer = await lonely.call('GET', '/api/people', cookie);
    const signIn = await lonely.signIn('anna@example.com', 'whatever it was');
    // A sign-out succeeds only once it is written.
    const signOut = await lonely.call('POST', '/api/auth/sign-out', cookie, {});
    await lonely.close();
    await other[Symbol.asyncDispose]();
    expect(answer).toMatchObject({ status: 503, body: { error: { code: 'storeUnavailable' } } });
    expect(signIn.status).toBe(503);
    expect(signOut).toMatchObject({ status: 503, body: { error: { code: 'storeUnavailable' } } });
  });
});

/** The cookies that a browser holds after this answer, as it sends them back. */
const cookiesOf = (answer: Response) =>
  answer.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ');
const stranger = { address: '203.0.113.9', deviceId: null };

describe('guessing passwords', () => {
  it('does not lock a person out of a browser in which they have signed in before', async () => {
    const email = 'kira@example.com';
    const password = 'a long enough one';
    await desk.auth.people.addPerson({ name: 'Kira', email, password, role: 'agent', communityIds: null });
    const home = cookiesOf(await desk.signIn(email, password));
    for (let n = 0; n < 12; n += 1)
      await desk.auth.limits.consume({ ...stranger, address: '203.0.113.30', email });
    // A stranger and her new browser are refused; her known browser is not, and does not unlock the others.
    expect((await desk.signIn(email, password)).status).toBe(429);
    for (const _time of [1, 2])
      expect((await desk.signIn(email, password, { cookie: home })).status).toBe(200);
    expect((await desk.signIn(email, password)).status).toBe(429);
    // Another person's browser is unknown, and so is one with a forged cookie.
    const other = cookiesOf(await desk.signIn('admin@example.com', passwordOf('admin@example.com')));
    expect((await desk.signIn(email, password, { cookie: other })).status).toBe(429);
    const forged = home.replace(/desk\.device=[^.]+/, 'desk.device=made-up');
    expect((await desk.signIn(email, password, { cookie: forged })).status).toBe(429);
  });

  it('stops after ten wrong passwords in a known browser too, without an effect elsewhere', async () => {
    const email = 'lev@example.com';
    const password = 'a long enough one';
    await desk.auth.people.addPerson({ name: 'Lev', email, password, role: 'agent', communityIds: null });
    const stolen = cookiesOf(await desk.signIn(email, password));
    const statuses: number[] = [];
    for (let n = 0; n < 11; n += 1)
      statuses.push((await desk.signIn(email, `guess ${n}`, { cookie: stolen })).status);
    expect(statuses).toEqual([...Array(10).fill(401), 429]);
    expect((await desk.signIn(email, password, { cookie: stolen })).status).toBe(429);
    expect((await desk.signIn(email, password)).status).toBe(200);
  });

  it('remembers everyone who shares a computer, by a cookie that scripts and other sites cannot use', async () => {
    const first = await desk.signIn('anna@example.com', passwordOf('anna@example.com'));
    const line = first.headers.getSetCookie().find((cookie) => cookie.startsWith('desk.device=')) ?? '';
    expect(line).toMatch(/; Path=\/api\/auth; .*HttpOnly; SameSite=Lax$/);
    const both = cookiesOf(
      await desk.signIn('admin@example.com', passwordOf('admin@example.com'), { cookie: cookiesOf(first) }),
    );
    const id = desk.auth.devices.find(both, 'anna@example.com');
    expect(id).not.toBeNull();
    expect(desk.auth.devices.find(both, 'admin@example.com')).toBe(id);
    expect(desk.auth.devices.find(both, 'maria@example.com')).toBeNull();
  });

  it('stops after ten wrong passwords for an email, however many are tried at once', async () => {
    const answers = await Promise.all(
      Array.from({ length: 25 }, (_, n) => desk.signIn('maria@example.com', `guess number ${n}`)),
    );
    const statuses = answers.map((answer) => answer.status);
    expect(statuses.filter((status) => status === 401)).toHaveLength(10);
    expect(statuses.filter((status) => status === 429)).toHaveLength(15);
    const right = await desk.signIn('maria@example.com', passwordOf('maria@example.com'));
    expect(right.status).toBe(429);
    const { error } = (await right.json()) as { error: { code: string; retryAfterS: number } };
    expect(error).toMatchObject({ code: 'tooManyRequests' });
    expect(error.retryAfterS).toBeGreaterThan(0);
    expect(error.retryAfterS).toBeLessThanOrEqual(15 * 60);
    expect(right.headers.get('retry-after')).toBe(String(error.retryAfterS));
  });

  it('locks an unknown email like a known one, with the same message', async () => {
    const refused = async (email: string) => {
      for (let n = 0; n < 10; n += 1)
        await desk.auth.limits.consume({ ...stranger, address: '203.0.113.20', email });
      const answer = await desk.signIn(email, 'not the password');
      const { error } = (await answer.json()) as { error: Record<string, unknown> };
      return { status: answer.status, error: { ...error, retryAfterS: typeof error.retryAfterS } };
    };
    const known = await refused('ivan@example.com');
    expect(known).toMatchObject({ status: 429, error: { code: 'tooManyRequests', retryAfterS: 'number' } });
    expect(await refused('nobody-at-all@example.com')).toEqual(known);
  });

  it('is counted across all processes, whatever address the guesses come from', async () => {
    const other = await openTestDesk({
      connection: store.connection,
      dataDir,
      trustProxy: ['127.0.0.1', '::1'],
    });
    try {
      const guess = (at: TestDesk, n: number) =>
        at.signIn('shared@example.com', `guess ${n}`, { 'x-forwarded-for': `203.0.113.${100 + n}` });
      const statuses: number[] = [];
      for (let n = 0; n < 12; n += 1) statuses.push((await guess(n % 2 ? desk : other, n)).status);
      expect(statuses).toEqual([...Array(10).fill(401), 429, 429]);
      // The right password works again only after the wait, but another person can sign in.
      expect((await other.signIn('anna@example.com', passwordOf('anna@example.com'))).status).toBe(200);
    } finally {
      await other.close();
    }
  });

  it('refuses an email longer than any can be before it counts or looks anything up', async () => {
    const answer = await desk.signIn(`${'a'.repeat(5_000)}@example.com`, 'x');
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ error: { code: 'badRequest', field: 'email' } });
  });

  it('does not count right passwords, so that a shared computer is never locked', async () => {
    for (let time = 0; time < 12; time += 1)
      expect((await desk.signIn('admin@example.com', passwordOf('admin@example.com'))).status).toBe(200);
  });

  it('stops an address that tries many emails', async () => {
    const outcomes: string[] = [];
    for (let n = 0; n < 52; n += 1)
      outcomes.push((await desk.auth.limits.consume({ ...stranger, email: `n${n}@example.com` })).kind);
    expect(outcomes.indexOf('refused')).toBe(50);
    const elsewhere = await desk.auth.limits.consume({
      ...stranger,
      address: '203.0.113.10',
      email: 'n1@example.com',
    });
    expect(elsewhere.kind).toBe('counted');
  });

  it('counts all IPv6 addresses of one customer as one, and IPv4 inside IPv6 as IPv4', () => {
    expect(addressGroup('2001:db8:1:2:3:4:5:6')).toBe(addressGroup('2001:db8:1:2:ffff::1'));
    expect(addressGroup('2001:db8:1:2::1')).not.toBe(addressGroup('2001:db8:1:3::1'));
    expect(addressGroup('::ffff:192.0.2.1')).toBe('192.0.2.1');
    expect(addressGroup('')).toBe('unknown');
  });
});
