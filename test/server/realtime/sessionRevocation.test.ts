import { expect, it } from 'vitest';
import type { SignedInPerson } from '../../../server/auth/signedIn.ts';
import { createSessionRevocation, type WatchDeps } from '../../../server/realtime/sessionRevocation.ts';
import { silent } from '../../support/store.ts';

const anna: SignedInPerson = {
  id: 'a'.repeat(24),
  name: 'Анна',
  email: 'anna@example.com',
  avatarUrl: null,
  role: 'agent',
  communityIds: null,
  isActive: true,
  marksRead: true,
};
const ivan = { ...anna, id: 'b'.repeat(24) };
const [first, second] = ['1'.repeat(24), '2'.repeat(24)];

it('detects a socket whose session ended during its sign-in check, and no other', () => {
  const sessionRevocation = createSessionRevocation();
  const checkedAtMs = performance.now();
  sessionRevocation.revoke({ kind: 'session', sessionId: first });
  expect(sessionRevocation.isRevokedSince({ sessionId: first, person: anna }, checkedAtMs)).toBe(true);
  expect(sessionRevocation.isRevokedSince({ sessionId: second, person: anna }, checkedAtMs)).toBe(false);

  sessionRevocation.relay({ kind: 'person', personId: ivan.id });
  expect(sessionRevocation.isRevokedSince({ sessionId: second, person: ivan }, checkedAtMs)).toBe(true);
  // A new sign-in is checked after the person's earlier sessions ended.
  expect(sessionRevocation.isRevokedSince({ sessionId: second, person: ivan }, performance.now())).toBe(
    false,
  );
});

it('relays what ended here, and does not relay again what others ended', () => {
  const sessionRevocation = createSessionRevocation();
  const revoked: unknown[] = [];
  const relayed: unknown[] = [];
  sessionRevocation.onRevoked((revocation) => revoked.push(revocation));
  sessionRevocation.onRelayed((revocation) => relayed.push(revocation));
  sessionRevocation.revoke({ kind: 'session', sessionId: first });
  sessionRevocation.relay({ kind: 'session', sessionId: second });
  expect(revoked).toEqual([{ kind: 'session', sessionId: first }]);
  expect(relayed).toEqual([{ kind: 'session', sessionId: second }]);
});

it('checks once more when asked during a check, which may have read the session before it ended', async () => {
  const sessionRevocation = createSessionRevocation();
  const looks: (() => void)[] = [];
  const watch = sessionRevocation.watch({
    io: { sockets: { sockets: new Map([['tab', { data: { sessionId: first, person: anna } }]]) } },
    liveSessions: () =>
      new Promise((resolve) => {
        looks.push(() => resolve(new Map([[first, anna]])));
      }),
    logger: silent,
  } as unknown as WatchDeps);
  const immediate = () => new Promise((resolve) => setImmediate(resolve));
  sessionRevocation.recheck();
  await immediate();
  sessionRevocation.recheck();
  looks[0]?.();
  await immediate();
  expect(looks).toHaveLength(2);
  looks[1]?.();
  await watch.stop();
});
