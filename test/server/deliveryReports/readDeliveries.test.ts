/** The list of deliveries over a seeded store, compared with a scan of every message. */
import fc from 'fast-check';
import { Types } from 'mongoose';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Permitted } from '../../../server/auth/permissions.ts';
import type { Community } from '../../../server/communities/community.model.ts';
import {
  type DeliveryQuery,
  deliveryQuery,
  isStopped,
} from '../../../server/deliveryReports/deliveryQuery.ts';
import { pageReach, type Reach, readDeliveries } from '../../../server/deliveryReports/readDeliveries.ts';
import {
  type ServiceMessage,
  serviceMessageModel,
} from '../../../server/serviceMessages/serviceMessage.model.ts';
import { formatCursor, type Place, parseCursor } from '../../../server/storage/pageCursor.ts';
import { type DeliveryFilters, mendableCodes } from '../../../shared/schemas/delivery.ts';
import { deliveryViews } from '../../../shared/schemas/deliveryView.ts';
import { endCodes } from '../../../shared/v1/endReasons.ts';
import { serviceStatuses } from '../../../shared/v1/statuses.ts';
import { openTestStore, type TestStore } from '../../support/store.ts';
import { storedMessage } from './seededMessages.ts';

const companyId = new Types.ObjectId();
const startMs = Date.UTC(2026, 0, 10, 12);
const community = (network: 'vk' | 'ok', state: 'live' | 'stopped'): Community =>
  ({ _id: new Types.ObjectId(), network, isEnabled: true, connection: { state } }) as Community;
const communities = [community('vk', 'live'), community('ok', 'live'), community('vk', 'stopped')];
const templates = ['orderReady', 'delivery', 'rare'];
const phones = ['p0', 'p1', 'p2', 'p3'];
const administrator: Permitted = { id: 'a', role: 'administrator', communityIds: null, isActive: true };
const supervisor: Permitted = {
  id: 's',
  role: 'supervisor',
  communityIds: [communities[1]!._id.toHexString(), communities[2]!._id.toHexString()],
  isActive: true,
};

let store: TestStore;
let serviceMessages: ReturnType<typeof serviceMessageModel>;
let stored: ServiceMessage[];

/** A number below `most` that looks random and is the same in every run. */
const pick = (seed: number, most: number) => ((seed * 2_654_435_761) >>> 8) % most;

function seeded(at: number): ServiceMessage {
  const { _id: communityId, network } = communities[pick(at, communities.length)]!;
  const status = serviceStatuses[pick(at + 7, serviceStatuses.length)]!;
  // Twenty messages of one moment, as in a batch that was accepted together.
  const acceptedAt = new Date(startMs + Math.floor(at / 20) * 1000);
  const message = storedMessage(
    { companyId, communityId },
    {
      acceptedAt,
      status,
      templateName: pick(at + 3, 40) === 0 ? 'rare' : templates[pick(at + 1, 2)]!,
      phoneIndex: phones[pick(at + 5, phones.length)]!,
      tries: [{ network, communityId, startedAt: acceptedAt }],
      endCode: status === 'undelivered' ? endCodes[pick(at + 11, endCodes.length)]! : null,
    },
  );
  if (pick(at + 13, 2) === 0)
    message.history.push({ ...message.history[0]!, status: 'sent', sequence: 1, isApplied: true });
  return message;
}

beforeAll(async () => {
  store = await openTestStore();
  serviceMessages = serviceMessageModel(store.connection);
  await store.build([serviceMessages] as never);
  stored = Array.from({ length: 800 }, (_, at) => seeded(at));
  const others = Array.from({ length: 50 }, (_, at) => ({ ...seeded(at), companyId: new Types.ObjectId() }));
  await serviceMessages.collection.insertMany([...stored, ...others] as never);
});
afterAll(async () => store?.[Symbol.asyncDispose]());

const filters = fc
  .record({
    view: fc.constantFrom(...deliveryViews),
    status: fc.option(fc.constantFrom(...serviceStatuses), { nil: undefined }),
    template: fc.option(fc.constantFrom(...templates), { nil: undefined }),
    network: fc.option(fc.constantFrom('vk' as const, 'ok' as const), { nil: undefined }),
    from: fc.option(fc.nat(40), { nil: undefined }),
    to: fc.option(fc.nat(40), { nil: undefined }),
    phone: fc.option(fc.constantFrom(...phones), { nil: undefined }),
    person: fc.constantFrom(administrator, supervisor),
    limit: fc.integer({ min: 5, max: 80 }),
    reach: fc.constantFrom<Reach>(
      pageReach,
      { windowMessages: 25, windows: 2 },
      { windowMessages: 10, windows: 3 },
    ),
  })
  .map(({ from, to, status, ...rest }) => ({
    ...rest,
    status: rest.view === 'all' ? status : undefined,
    from: from === undefined ? undefined : new Date(startMs + from * 1000).toISOString(),
    to: to === undefined ? undefined : new Date(startMs + to * 1000).toISOString(),
  }));
type Asked = typeof filters extends fc.Arbitrary<infer T> ? T : never;

function queryOf({ person, phone, limit: _, reach: __, ...given }: Asked): DeliveryQuery {
  const asked = given as DeliveryFilters;
  return deliveryQuery(person, asked, { companyId, communities, phoneIndex: phone ?? null });
}

/** The expected result, by a scan of every message. */
function bruteForce({ view, status, template, network, from, to, phone, person }: Asked): ServiceMessage[] {
  const stopped = new Set(communities.filter(isStopped).map(({ _id }) => String(_id)));
  const matches = (message: ServiceMessage) => {
    const where = message.communityId.toHexString();
    const views = {
      all: () => true,
      ended: () =>
        message.status === 'undelivered' && (mendableCodes as readonly unknown[]).includes(message.endCode),
      neverSent: () =>
        message.status === 'expired' && !message.history.some((line) => line.status === 'sent'),
      stuck: () => message.status === 'queued' && stopped.has(where),
    };
    return (
      views[view]() &&
      (person.communityIds === null || person.communityIds.includes(where)) &&
      (status === undefined || message.status === status) &&
      (template === undefined || message.templateName === template) &&
      (network === undefined || message.tries.at(-1)!.network === network) &&
      (from === undefined || message.acceptedAt >= new Date(from)) &&
      (to === undefined || message.acceptedAt < new Date(to)) &&
      (phone === undefined || message.phoneIndex === phone)
    );
  };
  return stored
    .filter(matches)
    .sort(
      (a, b) => b.acceptedAt.getTime() - a.acceptedAt.getTime() || (String(b._id) < String(a._id) ? -1 : 1),
    );
}

it('finds by every combination of filters, page by page, what a scan of every message finds', async () => {
  await fc.assert(
    fc.asyncProperty(filters, async (asked) => {
      const query = queryOf(asked);
      const found: string[] = [];
      let place: Place | null = null;
      do {
        const page = await readDeliveries(serviceMessages, query, { ...asked, place });
        expect(page.messages.length).toBeLessThanOrEqual(asked.limit);
        if (page.next && !page.searchedTo) expect(page.messages).toHaveLength(asked.limit);
        found.push(...page.messages.map(({ _id }) => _id.toHexString()));
        // Through the cursor that a tab sends.
        place = page.next && parseCursor(formatCursor(page.next));
      } while (place);
      expect(found).toEqual(bruteForce(asked).map(({ _id }) => _id.toHexString()));
    }),
    { numRuns: 60 },
  );
});

it('neither skips nor repeats a message while others arrive', async () => {
  const query = queryOf({ view: 'all', person: administrator } as Asked);
  const before = bruteForce({ view: 'all', person: administrator } as Asked).map(({ _id }) => String(_id));
  const found: string[] = [];
  const late: ServiceMessage[] = [];
  let place: Place | null = null;
  do {
    const page = await readDeliveries(serviceMessages, query, { place, limit: 100, reach: pageReach });
    found.push(...page.messages.map(({ _id }) => String(_id)));
    place = page.next;
    const newer = storedMessage(
      { companyId, communityId: communities[0]!._id },
      { acceptedAt: new Date(startMs + 1_000_000 + found.length) },
    );
    late.push(newer);
    await serviceMessages.collection.insertOne(newer as never);
  } while (place);
  await serviceMessages.deleteMany({ _id: { $in: late.map(({ _id }) => _id) } });
  expect(found).toEqual(before);
});

it('reads a bounded number of messages, by an index, whatever the filters', async () => {
  await fc.assert(
    fc.asyncProperty(filters, async (asked) => {
      const { index, lead, rest, from, to } = queryOf(asked);
      const accepted = { ...(from ? { $gte: from } : {}), ...(to ? { $lt: to } : {}) };
      const period = from || to ? { acceptedAt: accepted } : {};
      const explain = async (filter: object, window: { skip?: number; limit: number }) =>
        (await serviceMessages.collection
          .find(filter as never, window)
          .sort({ acceptedAt: -1, _id: -1 })
          .hint(index)
          .explain('executionStats')) as {
          queryPlanner: { winningPlan: object };
          executionStats: { totalDocsExamined: number; nReturned: number };
        };
      const whole = await explain({ ...lead, ...period }, { limit: 50 });
      const plan = JSON.stringify(whole.queryPlanner.winningPlan);
      expect(plan).toContain('IXSCAN');
      expect(plan).not.toMatch(/COLLSCAN|"SORT"/);
      // With no other filters, only the messages of the page are read.
      expect(whole.executionStats.totalDocsExamined).toBeLessThanOrEqual(50);
      if (Object.keys(rest).length === 0) return;
      const window = { acceptedAt: { ...accepted, $gte: from ?? new Date(startMs + 35_000) } };
      const filtered = await explain({ ...lead, ...rest, ...window }, { limit: 50 });
      const inWindow = await serviceMessages.countDocuments({ ...lead, ...window });
      expect(filtered.executionStats.totalDocsExamined).toBeLessThanOrEqual(inWindow);
    }),
    { numRuns: 60 },
  );
});
