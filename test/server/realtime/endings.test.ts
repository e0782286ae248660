import { expect, it } from 'vitest';
import type { SignedInPerson } from '../../../server/auth/signedIn.ts';
import { createEndings, type WatchParts } from '../../../server/realtime/endings.ts';
import { silent } from '../../support/store.ts';

const anna: SignedInPerson = {
  id: 'a'.repeat(24),
  name: 'Анна',
  email: 'anna@example.com',
  avatarUrl: null,
  role: 'agent',
  communityIds: null,
  isActive: true,
};
const ivan = { ...anna, id: 'b'.repeat(24) };
const [first, second] = ['1'.repeat(24), '2'.repeat(24)];

it('knows a socket whose session ended while it was being let in, and no other', () => {
  const endings = createEndings();
  const checkedAtMs = performance.now();
  endings.end({ kind: 'session', sessionId: first });
  expect(endings.isEndedSince({ sessionId: first, person: anna }, checkedAtMs)).toBe(true);
  expect(endings.isEndedSince({ sessionId: second, person: anna }, checkedAtMs)).toBe(false);

  endings.relay({ kind: 'person', personId: ivan.id });
  expect(endings.isEndedSince({ sessionId: second, person: ivan }, checkedAtMs)).toBe(true);
  // Whoever signs in anew is checked later than their earlier sessions ended.
  expect(endings.isEndedSince({ sessionId: second, person: ivan }, performance.now())).toBe(false);
});

it('tells what ended here to others, and what others ended to nobody again', () => {
  const endings = createEndings();
  const told: unknown[] = [];
  const heard: unknown[] = [];
  endings.onEnded((ended) => told.push(ended));
  endings.onRelayed((ended) => heard.push(ended));
  endings.end({ kind: 'session', sessionId: first });
  endings.relay({ kind: 'session', sessionId: second });
  expect(told).toEqual([{ kind: 'session', sessionId: first }]);
  expect(heard).toEqual([{ kind: 'session', sessionId: second }]);
});

it('looks once more when it is asked during a look, which may have read the session before it ended', async () => {
  const endings = createEndings();
  const looks: (() => void)[] = [];
  const watch = endings.watch({
    io: { sockets: { sockets: new Map([['tab', { data: { sessionId: first, person: anna } }]]) } },
    liveSessions: () =>
      new Promise((resolve) => {
        looks.push(() => resolve(new Map([[first, anna]])));
      }),
    logger: silent,
  } as unknown as WatchParts);
  const immediate = () => new Promise((resolve) => setImmediate(resolve));
  endings.recheck();
  await immediate();
  endings.recheck();
  looks[0]?.();
  await immediate();
  expect(looks).toHaveLength(2);
  looks[1]?.();
  await watch.stop();
});
