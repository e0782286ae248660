import { afterAll, beforeAll, expect, it } from 'vitest';
import { createBroadcaster } from '../../../server/realtime/broadcaster.ts';
import {
  type PersonHere,
  presenceModel,
  startPresenceExchange,
  type Watched,
} from '../../../server/realtime/presenceExchange.ts';
import type { Typing } from '../../../shared/events.ts';
import { openTestStore, silent, type TestStore } from '../../support/store.ts';
import { until } from '../../support/until.ts';

const quick = { tickMs: 10, renewMs: 60_000 };
let store: TestStore;
beforeAll(async () => {
  store = await openTestStore();
  await store.build([presenceModel(store.connection)] as never);
});
afterAll(async () => store?.[Symbol.asyncDispose]());

const watched = (conversationId: string, ...personIds: string[]): Watched => ({
  conversationId,
  personIds,
});

/** One process: its viewers, the processes that it believes alive, and what it receives. */
function process(processId: string, alive: string[]) {
  const broadcaster = createBroadcaster();
  const here: Watched[] = [];
  const people: PersonHere[] = [];
  const changed: string[] = [];
  const typing: Typing[] = [];
  const exchange = startPresenceExchange(presenceModel(store.connection), {
    processId,
    others: () => alive,
    broadcaster: { ...broadcaster, relayTyping: (one) => typing.push(one) },
    own: () => here,
    ownPeople: () => people,
    onChanged: (conversationIds) => changed.push(...conversationIds),
    logger: silent,
    timing: quick,
  });
  const show = (...now: Watched[]) => {
    here.splice(0, here.length, ...now);
    exchange.changed();
  };
  const showPeople = (...now: PersonHere[]) => {
    people.splice(0, people.length, ...now);
    exchange.changed();
  };
  return { alive, broadcaster, exchange, show, showPeople, changed, typing };
}

const rowOf = (id: string) => presenceModel(store.connection).findOne({ _id: id }).lean();

it('shows at one process the viewers of the other, until they leave', async () => {
  const one = process('a1', ['a2']);
  const two = process('a2', ['a1']);
  one.show(watched('talk', 'anna', 'ivan'), watched('other', 'anna'));
  await until('the other to see it', () => two.exchange.personIdsAt('talk').length === 2);
  expect(two.exchange.personIdsAt('talk')).toEqual(['anna', 'ivan']);
  expect(two.exchange.personIdsAt('other')).toEqual(['anna']);
  two.changed.length = 0;
  one.show(watched('talk', 'ivan'), watched('other', 'anna'));
  await until('the other to see who left', () => two.exchange.personIdsAt('talk').length === 1);
  expect(two.changed).toEqual(['talk']);
  await Promise.all([one.exchange.stop(), two.exchange.stop()]);
  expect(await rowOf('a1')).toBeNull();
});

it('drops the viewers of a dead process, and shows them again when it is alive', async () => {
  const one = process('b1', ['b2']);
  const two = process('b2', ['b1']);
  one.show(watched('talk', 'anna'));
  await until('the other to see it', () => two.exchange.personIdsAt('talk').length === 1);
  two.changed.length = 0;
  two.alive.length = 0;
  await until('it to be forgotten', () => two.exchange.personIdsAt('talk').length === 0);
  expect(two.changed).toEqual(['talk']);
  two.alive.push('b1');
  await until('it to be seen again', () => two.exchange.personIdsAt('talk').length === 1);
  await Promise.all([one.exchange.stop(), two.exchange.stop()]);
});

it('relays each typing event once, and none from before the processes met', async () => {
  const one = process('c1', ['c2']);
  one.broadcaster.showTyping({ conversationId: 'old', personId: 'anna' });
  await until('the row to be written', () => rowOf('c1'));
  const two = process('c2', ['c1']);
  one.show(watched('talk', 'anna'));
  await until('the other to see it', () => two.exchange.personIdsAt('talk').length === 1);
  one.broadcaster.showTyping({ conversationId: 'talk', personId: 'anna' });
  await until('the typing event to arrive', () => two.typing.length > 0);
  one.broadcaster.showTyping({ conversationId: 'talk', personId: null });
  await until('the next typing event to arrive', () => two.typing.length > 1);
  expect(two.typing).toEqual([
    { conversationId: 'talk', personId: 'anna' },
    { conversationId: 'talk', personId: null },
  ]);
  await Promise.all([one.exchange.stop(), two.exchange.stop()]);
});

it('writes nothing while it is alone, and once for many changes', async () => {
  const alone = process('d1', []);
  const other = process('d2', ['d1']);
  for (let n = 0; n < 100; n += 1) {
    alone.show(watched('talk', `person ${n}`));
    alone.broadcaster.showTyping({ conversationId: 'talk', personId: 'anna' });
  }
  await until('the other to have written', () => rowOf('d2'));
  expect(await rowOf('d1')).toBeNull();
  // Once they meet, the current state is written, in one write.
  alone.alive.push('d2');
  await until('the other to see it', () => other.exchange.personIdsAt('talk')[0] === 'person 99');
  expect((await rowOf('d1'))?.revision).toBe(1);
  await Promise.all([alone.exchange.stop(), other.exchange.stop()]);
});

it('tells who has tabs at other processes, and whether any of them is used', async () => {
  const one = process('e1', ['e2', 'e3']);
  const two = process('e2', ['e1', 'e3']);
  const three = process('e3', ['e1', 'e2']);
  one.showPeople({ personId: 'anna', isAway: true }, { personId: 'ivan', isAway: true });
  two.showPeople({ personId: 'anna', isAway: false });
  await until('the tabs of both to be known', () => three.exchange.isAwayElsewhere('anna') === false);
  await until('the other to be known', () => three.exchange.isAwayElsewhere('ivan') === true);
  expect(three.exchange.isAwayElsewhere('maria')).toBeNull();
  two.showPeople();
  await until('only the unused tab to be left', () => three.exchange.isAwayElsewhere('anna') === true);
  three.alive.length = 0;
  await until('the others to be gone', () => three.exchange.isAwayElsewhere('anna') === null);
  await Promise.all([one, two, three].map(({ exchange }) => exchange.stop()));
});
