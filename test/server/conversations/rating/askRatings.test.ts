/** A client is asked once, whichever processes ask at once and wherever one of them dies. */
import { type Model, Types } from 'mongoose';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { communityModel } from '../../../../server/communities/community.model.ts';
import { askDueRatings, type RatingDeps } from '../../../../server/conversations/rating/askRatings.ts';
import { ratingModels } from '../../../../server/conversations/rating/rating.model.ts';
import { silent } from '../../../support/store.ts';
import { drafts, type Figures, openFigures, person } from '../../figures/figuresFixture.ts';

let figures: Figures;
let models: ReturnType<typeof ratingModels> & { communities: ReturnType<typeof communityModel> };
beforeAll(async () => {
  figures = await openFigures();
  const { connection } = figures.store;
  models = { ...ratingModels(connection), communities: communityModel(connection) };
  await figures.store.build(Object.values(models) as never);
});
afterAll(async () => figures?.store[Symbol.asyncDispose]());

const running = new AbortController().signal;

/** A conversation that was resolved, whose client is due to be asked. */
async function openDue() {
  const companyId = new Types.ObjectId();
  const community = await models.communities.create({
    companyId,
    network: 'vk',
    externalId: new Types.ObjectId().toHexString(),
    name: 'Лавка',
    tokenSealed: 'sealed',
    isEnabled: true,
    asksRating: true,
    intake: { longPoll: true, webhook: false },
    connection: { state: 'live', since: new Date(0), stopReason: null, networkCode: null },
    createdAt: new Date(0),
  });
  const thread = await figures.openConversation(companyId, community._id);
  const at = new Date();
  await figures.append(thread, drafts.reply(at));
  const line = await figures.append(thread, drafts.line(at, 'resolved', 1));
  await models.ratings.create({
    _id: line._id,
    companyId,
    communityId: community._id,
    conversationId: thread._id,
    clientId: thread.clientId,
    personId: person(1),
    seq: line.seq,
    dueAt: new Date(1),
  });
  const deps: RatingDeps = {
    ...figures.models,
    ...models,
    companyId,
    thread: figures.thread,
    hours: async () => () => null,
    wakeSender: () => undefined,
    logger: silent,
  };
  const read = async () => ({
    questions: await figures.models.messages
      .find({ conversationId: thread._id, ratingId: line._id, kind: 'answer' })
      .lean(),
    rating: await models.ratings.findById(line._id).lean(),
    turn: await models.ratingTurns.findById(thread.clientId).lean(),
  });
  return { deps, read, ratingId: line._id };
}

async function expectAskedOnce({ read, ratingId }: Awaited<ReturnType<typeof openDue>>): Promise<void> {
  const { questions, rating, turn } = await read();
  expect(questions).toHaveLength(1);
  // The row stays: without it, the client's tap would be a reply like any other.
  expect(rating).toMatchObject({ askedAt: questions[0]!.createdAt });
  expect(rating).not.toHaveProperty('dueAt');
  // So does the client's turn: without it, they would be asked again within the week.
  expect(turn?.ratingId).toEqual(ratingId);
}

it('is asked once by two processes that come to the question at the same moment', async () => {
  const due = await openDue();
  const { deps } = due;
  let goOn = () => {};
  const both = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  let came = 0;
  /** Each has looked at the conversation, and found that it may ask. */
  const atTheSameMoment: RatingDeps['thread'] = {
    async appendIf(...given) {
      came += 1;
      if (came === 2) goOn();
      await both;
      return deps.thread.appendIf(...given);
    },
  };
  const process = { ...deps, thread: atTheSameMoment };
  await Promise.all([askDueRatings(process, running), askDueRatings(process, running)]);
  expect(came).toBe(2);
  await expectAskedOnce(due);
});

it('is asked once when the process dies at any of its writes', async () => {
  for (let write = 1; ; write += 1) {
    for (const when of ['before', 'after'] as const) {
      const due = await openDue();
      const writes = await askUntilDeath(due.deps, { write, when });
      if (writes < write) {
        expect(write).toBeGreaterThan(3);
        return;
      }
      await askDueRatings(due.deps, running);
      await expectAskedOnce(due);
    }
  }
});

it('keeps its turn free for another conversation when the client has written again', async () => {
  const due = await openDue();
  const { deps } = due;
  const [rating] = await models.ratings.find({ _id: due.ratingId }).lean();
  const late: RatingDeps['thread'] = {
    async appendIf(...given) {
      await figures.append({ _id: rating!.conversationId }, drafts.reply(new Date()));
      return deps.thread.appendIf(...given);
    },
  };
  await askDueRatings({ ...deps, thread: late }, running);
  expect(await due.read()).toEqual({ questions: [], rating: null, turn: null });
});

/** @returns how many writes the process had begun when it died, or all of them. */
async function askUntilDeath(
  deps: RatingDeps,
  fate: { write: number; when: 'before' | 'after' },
): Promise<number> {
  let writes = 0;
  let isDead = false;
  async function write<T>(work: () => Promise<T>): Promise<T> {
    // A dead process does nothing more, also not what it does after an error.
    if (isDead) throw new Error('dead');
    writes += 1;
    if (writes === fate.write && fate.when === 'before') isDead = true;
    const done = isDead ? undefined : await work();
    if (writes === fate.write) isDead = true;
    if (isDead) throw new Error('dead');
    return done as T;
  }
  const mortal = <T>(model: Model<T>): Model<T> =>
    new Proxy(model, {
      get(target, name) {
        if (name === 'updateOne' || name === 'deleteOne')
          return (...given: never[]) =>
            write(() => (target[name] as (...all: never[]) => Promise<unknown>).call(target, ...given));
        return Reflect.get(target, name);
      },
    });
  await askDueRatings(
    {
      ...deps,
      ratings: mortal(deps.ratings),
      ratingTurns: mortal(deps.ratingTurns),
      thread: { appendIf: (...given) => write(() => deps.thread.appendIf(...given)) },
    },
    running,
  ).catch((error: unknown) => {
    if (!isDead) throw error;
  });
  return writes;
}
