/** Two processes that both believe to have the lease. */
import { Types } from 'mongoose';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { FollowDeps } from '../../../server/figures/followThreads.ts';
import { drafts, type Figures, followAll, followOnceAs, openFigures } from './figuresFixture.ts';
import { recount, stored } from './recount.ts';

let figures: Figures;
beforeAll(async () => {
  figures = await openFigures();
});
afterAll(async () => figures?.store[Symbol.asyncDispose]());

it('counts all of a step that another process takes between the two steps of a look', async () => {
  const deps = await figures.openCompany({ timeZone: 'Europe/Berlin' });
  const { companyId, conversations } = deps;
  const communityId = new Types.ObjectId();
  const open = () => figures.openConversation(companyId, communityId);
  const [second, older, first] = [await open(), await open(), await open()];
  const at = new Date('2026-10-20T10:00Z');
  // From before the figures: the look counts it in a step of its own, after what is due.
  await figures.append(older, drafts.reply(at));
  await conversations.updateOne({ _id: older._id }, { $unset: { figuresFrom: '' } });
  await followOnceAs(deps, null);
  // It has come past the thread that the other process counts.
  await deps.figureStates.updateOne({ _id: companyId }, { $set: { backfill: { after: second._id } } });
  await figures.append(first, drafts.reply(at));

  let goOn = () => {};
  const until = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  let other: Promise<unknown> | null = null;
  const meanwhile = async () => {
    await figures.append(second, drafts.reply(at));
    // It asks twice for each of the two writes of the step before it, takes its own, and stands still before it writes that.
    other = followOnceAs(deps, { write: 6, when: 'before', until });
    await expect.poll(async () => (await deps.figureStates.findById(companyId).orFail().lean()).step).toBe(2);
  };
  await followOnceAs(interrupted(deps, meanwhile), null);
  expect(other).not.toBeNull();
  goOn();
  await other;
  await followAll(deps);
  const totals = await recount(figures, companyId);
  expect(Object.values(totals)).toContain(3);
  expect(await stored(figures, companyId)).toEqual(totals);
});

/** Calls `meanwhile` before the state is read for the second time. */
function interrupted(deps: FollowDeps, meanwhile: () => Promise<void>): FollowDeps {
  let reads = 0;
  const figureStates = new Proxy(deps.figureStates, {
    get(target, name) {
      if (name !== 'findById') return Reflect.get(target, name);
      return (...given: Parameters<typeof target.findById>) => {
        const query = target.findById(...given);
        reads += 1;
        if (reads === 2) query.pre(meanwhile);
        return query;
      };
    },
  });
  return { ...deps, figureStates };
}
