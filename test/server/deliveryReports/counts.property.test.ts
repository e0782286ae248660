/**
 * The statistics by hour and by template match the messages' histories exactly, however transitions are grouped,
 * repeated and reported, and wherever the process that sums them dies.
 */
import fc from 'fast-check';
import { Types } from 'mongoose';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTransitionCounter } from '../../../server/deliveryReports/countTransitions.ts';
import {
  type CountedTransitions,
  type DeliveryCountModels,
  deliveryCountModels,
} from '../../../server/deliveryReports/deliveryCounts.model.ts';
import { readCounts, readSent } from '../../../server/deliveryReports/readCounts.ts';
import {
  addToSums,
  COUNTED_KEPT_MS,
  forgetCounted,
  markSummed,
  NAMES_KEPT_MS,
  sumOpen,
} from '../../../server/deliveryReports/sumHours.ts';
import { quotaModel } from '../../../server/serviceMessages/quota/quota.model.ts';
import { createQuota } from '../../../server/serviceMessages/quota/quota.ts';
import { findHolders } from '../../../server/serviceMessages/quota/units.ts';
import {
  type ServiceMessage,
  serviceMessageModel,
} from '../../../server/serviceMessages/serviceMessage.model.ts';
import { beginChange, note } from '../../../server/serviceMessages/statuses/change.ts';
import { openTransitionsModel } from '../../../server/serviceMessages/statuses/openTransitions.model.ts';
import {
  createStatusEffects,
  type StatusEffects,
} from '../../../server/serviceMessages/statuses/statusEffects.ts';
import { writeChanges } from '../../../server/serviceMessages/statuses/writeChanges.ts';
import { openTestStore, silent, type TestStore } from '../../support/store.ts';
import { storedMessage } from './seededMessages.ts';

const startMs = Date.UTC(2026, 2, 1, 10);
const hourMs = 3600_000;
/** Names with a dot, or of a property that every object has. */
const templates = ['order.ready', 'constructor', 'orderReady'] as const;
const transitions = ['sent', 'delivered', 'read', 'undelivered', 'expired'] as const;

let store: TestStore;
let models: DeliveryCountModels & {
  serviceMessages: ReturnType<typeof serviceMessageModel>;
  openTransitions: ReturnType<typeof openTransitionsModel>;
};
let statusEffects: StatusEffects;
/** The messages that the listener reports before it dies; null while it lives and reports all. */
let reportedBeforeDeath: Types.ObjectId[] | null = null;

beforeAll(async () => {
  store = await openTestStore();
  models = {
    ...deliveryCountModels(store.connection),
    serviceMessages: serviceMessageModel(store.connection),
    openTransitions: openTransitionsModel(store.connection),
  };
  const quotaRows = quotaModel(store.connection);
  await store.build([...Object.values(models), quotaRows] as never);
  const { onTransition } = createTransitionCounter(models);
  statusEffects = createStatusEffects({
    ...models,
    quota: createQuota({ quota: quotaRows, holders: findHolders(models.serviceMessages) }),
    statusOutbox: { enqueue: async () => undefined },
    listeners: [
      async (messages) => {
        if (reportedBeforeDeath === null) return onTransition(messages);
        const reported = new Set(reportedBeforeDeath.map(String));
        await onTransition(messages.filter(({ _id }) => reported.has(_id.toHexString())));
        throw new Error('the listener died');
      },
    ],
    logger: silent,
  });
});
afterAll(async () => store?.[Symbol.asyncDispose]());

const step = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('transition' as const),
      which: fc.uniqueArray(fc.nat(5), { minLength: 1, maxLength: 6 }),
      to: fc.constantFrom(...transitions),
      /** The messages that are reported at once; the process dies before the others. */
      reported: fc.subarray([0, 1, 2, 3, 4, 5]),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('reportAgain' as const),
      which: fc.subarray([0, 1, 2, 3, 4, 5]),
      together: fc.integer({ min: 1, max: 3 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('runEffects' as const), which: fc.subarray([0, 1, 2, 3, 4, 5]) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('sum' as const), by: fc.integer({ min: 1, max: 3 }) }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('addAndDie' as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('markAndDie' as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('forgetCounted' as const) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('pass' as const),
      ms: fc.constantFrom(20_000, hourMs, 7 * hourMs),
    }),
  },
);

it('match the histories after any repeats, groupings and crashes', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
      const companyId = new Types.ObjectId();
      const communityIds = [new Types.ObjectId(), new Types.ObjectId()];
      let nowMs = startMs;
      const seeds = Array.from({ length: 6 }, (_, at) =>
        storedMessage(
          { companyId, communityId: communityIds[at % 2]! },
          { status: 'queued', acceptedAt: new Date(startMs), templateName: templates[at % 3]! },
        ),
      );
      await models.serviceMessages.collection.insertMany(seeds as never);
      const read = async (which: readonly number[]) =>
        models.serviceMessages
          .find({ _id: { $in: which.map((at) => seeds[at]!._id) } })
          .lean<ServiceMessage[]>();
      const dying = async (reported: readonly number[], work: () => Promise<unknown>) => {
        reportedBeforeDeath = reported.map((at) => seeds[at]!._id);
        await work();
        reportedBeforeDeath = null;
      };
      const open = () =>
        models.deliveryCounted
          .find({ companyId, openSince: { $gt: new Date(0) } })
          .lean<CountedTransitions[]>();

      for (const now of steps) {
        switch (now.do) {
          case 'transition': {
            const changes = (await read(now.which)).map((message) => {
              const change = beginChange(message);
              const tryNo = now.to === 'undelivered' ? null : 0;
              const code = now.to === 'undelivered' ? ('networkRefused' as const) : null;
              note(
                change,
                { status: now.to, at: new Date(nowMs), source: 'receipt', tryNo, code },
                new Date(nowMs),
              );
              return change;
            });
            await dying(now.reported, () =>
              writeChanges({ serviceMessages: models.serviceMessages, statusEffects }, changes),
            );
            break;
          }
          case 'reportAgain': {
            const messages = await read(now.which);
            // At the same time, as in several processes.
            await dying(now.which, () =>
              Promise.all(Array.from({ length: now.together }, () => statusEffects.runPending(messages))),
            );
            break;
          }
          case 'runEffects': {
            expect(await statusEffects.runPending(await read(now.which))).toEqual(new Set());
            break;
          }
          case 'sum':
            await Promise.all(Array.from({ length: now.by }, () => sumOpen(models, new Date(nowMs))));
            break;
          case 'addAndDie':
            for (const row of await open()) await addToSums(models, [row]);
            break;
          case 'markAndDie': {
            const [row] = await open();
            if (row && (await addToSums(models, [row]))) await markSummed(models, [row], new Date(nowMs));
            break;
          }
          case 'forgetCounted':
            nowMs += COUNTED_KEPT_MS + 1;
            await forgetCounted(models, new Date(nowMs));
            break;
          case 'pass':
            nowMs += now.ms;
        }
      }
      const all = await read([0, 1, 2, 3, 4, 5]);
      expect(await statusEffects.runPending(all)).toEqual(new Set());
      expect(await stats(companyId, communityIds)).toEqual(histories(all, communityIds));
      expect(await sentByDays(companyId, communityIds)).toEqual(sentOf(all, communityIds));
      // The same after everything is summed and the counted documents are deleted.
      await models.openTransitions.deleteMany({});
      while (await sumOpen(models, new Date(nowMs)));
      expect(await open()).toEqual([]);
      await sumOpen(models, new Date(nowMs + NAMES_KEPT_MS + 1));
      while ((await forgetCounted(models, new Date(nowMs + COUNTED_KEPT_MS + hourMs))) > 0);
      expect(await models.deliveryCounted.countDocuments({ companyId })).toBe(0);
      for (const sums of [models.deliveryHours, models.deliveryDays])
        expect(
          await (sums as typeof models.deliveryHours).countDocuments({
            companyId,
            'summed.0': { $exists: true },
          }),
        ).toBe(0);
      expect(await sentByDays(companyId, communityIds)).toEqual(sentOf(all, communityIds));
      expect(await stats(companyId, communityIds)).toEqual(histories(all, communityIds));
    }),
    {
      numRuns: 25,
      examples: [
        // Effects run for one message, then its counted document is deleted while the write's document still exists.
        [
          [
            { do: 'transition', which: [0], to: 'sent', reported: [] },
            { do: 'runEffects', which: [0] },
            { do: 'sum', by: 1 },
            { do: 'forgetCounted' },
          ],
        ],
      ],
    },
  );
});

type Stats = Record<string, number>;

async function stats(companyId: Types.ObjectId, communityIds: Types.ObjectId[]): Promise<Stats> {
  const found: Stats = {};
  for (const [at, communityId] of communityIds.entries()) {
    const { hours } = await readCounts(models, {
      companyId,
      communityIds: [communityId.toHexString()],
      from: new Date(startMs - hourMs),
      to: new Date(startMs + 1_000 * hourMs),
    });
    for (const { hour, undelivered, ...counts } of hours) {
      for (const [status, count] of Object.entries(counts))
        if (count > 0) found[`${hour} ${at} ${status}`] = count;
      for (const [code, count] of Object.entries(undelivered)) found[`${hour} ${at} ${code}`] = count;
    }
  }
  for (const template of templates) await addTemplate(found, companyId, template);
  return found;
}

/** The template's hours, which must add up to its line over the whole period. */
async function addTemplate(found: Stats, companyId: Types.ObjectId, template: string): Promise<void> {
  const { hours, ...whole } = await readCounts(models, {
    companyId,
    communityIds: null,
    template,
    from: new Date(startMs - hourMs),
    to: new Date(startMs + 1_000 * hourMs),
  });
  expect(whole).toMatchObject({ templatesLeftOut: 0, movesWithoutTemplate: 0 });
  const line = whole.templates.find((each) => each.template === template);
  const sums = { sent: 0, delivered: 0, read: 0, undelivered: 0, expired: 0 };
  for (const { hour: _, undelivered, ...counts } of hours) {
    for (const [what, count] of Object.entries(counts)) sums[what as keyof typeof counts] += count;
    sums.undelivered += Object.values(undelivered).reduce((sum, count) => sum + count, 0);
  }
  expect(line ?? { template, messages: 0, ...sums }).toEqual({
    template,
    messages: line?.messages ?? 0,
    ...sums,
  });
  for (const [what, count] of Object.entries({ messages: line?.messages ?? 0, ...sums }))
    if (count > 0) found[`${template} ${what}`] = count;
}

/** Periods whose ends cut a day, in one day, of whole days, and over all. */
const periods = [
  [-1, 1_000],
  [1, 30],
  [2, 9],
  [-10, 38],
  [14, 62],
].map(([from, to]) => ({ from: new Date(startMs + from! * hourMs), to: new Date(startMs + to! * hourMs) }));

async function sentByDays(companyId: Types.ObjectId, communityIds: Types.ObjectId[]): Promise<unknown[]> {
  const found = [];
  for (const period of periods)
    for (const communityId of communityIds) {
      const asked = { companyId, communityIds: [communityId.toHexString()], ...period };
      const { all, byTemplate } = await readSent(models, asked);
      found.push({ all, ...Object.fromEntries([...byTemplate].filter(([, sent]) => sent > 0)) });
    }
  return found;
}

function sentOf(messages: ServiceMessage[], communityIds: Types.ObjectId[]): unknown[] {
  return periods.flatMap(({ from, to }) =>
    communityIds.map((communityId) => {
      const sent: Record<string, number> = { all: 0 };
      for (const { history, communityId: own, templateName } of messages)
        for (const { status, takenAt, isApplied } of history) {
          const hour = new Date(Math.floor(takenAt.getTime() / hourMs) * hourMs);
          if (!isApplied || status !== 'sent' || !communityId.equals(own) || hour < from || hour >= to)
            continue;
          sent.all! += 1;
          sent[templateName] = ((Object.hasOwn(sent, templateName) && sent[templateName]) || 0) + 1;
        }
      return sent;
    }),
  );
}

function histories(messages: ServiceMessage[], communityIds: Types.ObjectId[]): Stats {
  const counts: Stats = {};
  const add = (key: string) => {
    counts[key] = (counts[key] ?? 0) + 1;
  };
  for (const { history, communityId, templateName, status: now } of messages) {
    if (now !== 'queued') add(`${templateName} messages`);
    for (const { status, takenAt, isApplied, code } of history) {
      if (!isApplied || status === 'queued') continue;
      const hour = new Date(Math.floor(takenAt.getTime() / hourMs) * hourMs).toISOString();
      const at = communityIds.findIndex((id) => id.equals(communityId));
      add(`${hour} ${at} ${status === 'undelivered' ? code : status}`);
      add(`${templateName} ${status}`);
    }
  }
  return counts;
}
