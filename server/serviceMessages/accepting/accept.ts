/**
 * Accepts send requests: answers a repeat with the first result, refuses an invalid request with its reason, and
 * stores the rest as queued messages. Accepted means stored: while that is unknown, the store is asked again under the
 * same ids, and then the call fails. Each message holds one unit of the daily quota (N7), reserved before it is
 * stored. A crash or a failure between the two leaves a unit without a message: a repeat of the request reuses it,
 * otherwise the quota sweep releases it.
 */

import { createHash } from 'node:crypto';
import { type Model, Types } from 'mongoose';
import { askUntilKnown, insertEach, isDuplicate, throwUnless } from '../../storage/bulkWrites.ts';
import { currentTime } from '../../work/clock.ts';
import type { Accepting, AcceptOutcome, Sender } from '../ports.ts';
import { type QuotaKeeper, quotaLimits } from '../quota/quota.ts';
import { unitsOf } from '../quota/units.ts';
import type { ServiceMessage } from '../serviceMessage.model.ts';
import type { SendItem } from './sendingPort.ts';
import { type ValidationDeps, validateAll } from './validate.ts';

export interface AcceptDeps extends ValidationDeps {
  serviceMessages: Model<ServiceMessage>;
  quota: QuotaKeeper;
  /** A bank's messages are counted, and never refused by the daily quota (N7). */
  isBank(companyId: Types.ObjectId): Promise<boolean>;
  /** Wakes the sender: a message is due. */
  wake(): void;
}

/** One request. A step that decides it sets the outcome; otherwise the request goes to the next step. */
interface Slot {
  item: SendItem;
  outcome: AcceptOutcome | null;
  /** What will be stored, once the request is valid. */
  message?: ServiceMessage;
}

export function createAccepting(deps: AcceptDeps): Accepting {
  return {
    async accept(sender, items) {
      const slots = items.map((item): Slot => ({ item, outcome: null }));
      await acceptAll(deps, sender, slots);
      return slots.map(({ outcome }) => outcome!);
    },

    async validate(sender, requests) {
      const validated = await validateAll(deps, sender, requests, currentTime());
      return validated.map((each) => (each.kind === 'refused' ? each.refusal : null));
    },
  };
}

async function acceptAll(deps: AcceptDeps, sender: Sender, slots: Slot[]): Promise<void> {
  await answerKnown(deps, sender, slots);
  const { firsts, duplicates } = splitDuplicates(slots.filter(isOpen));
  await draftAll(deps, sender, firsts);
  await reserveQuota(deps, firsts.filter(isOpen));
  await storeAll(deps, sender, firsts.filter(isOpen));
  // The same token twice in one call: the second request is handled once the first has its outcome.
  if (duplicates.length > 0) await acceptAll(deps, sender, duplicates);
}

const isOpen = (slot: Slot) => slot.outcome === null;

/** Answers requests whose message is already stored under one of their tokens; returns these messages. */
async function answerKnown(deps: AcceptDeps, sender: Sender, slots: Slot[]): Promise<ServiceMessage[]> {
  const tokens = slots.flatMap(({ item }) => item.repeatTokens);
  if (tokens.length === 0) return [];
  const known = await deps.serviceMessages
    .find({ senderKey: sender.senderKey, repeatTokens: { $in: tokens } })
    .lean<ServiceMessage[]>();
  const byToken = new Map(known.flatMap((message) => message.repeatTokens!.map((token) => [token, message])));
  for (const slot of slots) {
    const token = slot.item.repeatTokens.find((each) => byToken.has(each));
    if (token !== undefined) slot.outcome = repeatOf(byToken.get(token)!, token, slot.item);
  }
  return known;
}

function repeatOf(message: ServiceMessage, token: string, { requestHash }: SendItem): AcceptOutcome {
  if (message.requestHash === requestHash) return { kind: 'repeated', message };
  return {
    kind: 'refused',
    refusal: token.startsWith('key:')
      ? { code: 'idempotencyKeyReused' }
      : { code: 'clientMessageIdReused', field: 'clientMessageId' },
  };
}

function splitDuplicates(slots: Slot[]): { firsts: Slot[]; duplicates: Slot[] } {
  const seen = new Set<string>();
  const firsts: Slot[] = [];
  const duplicates: Slot[] = [];
  for (const slot of slots) {
    const { repeatTokens } = slot.item;
    (repeatTokens.some((token) => seen.has(token)) ? duplicates : firsts).push(slot);
    for (const token of repeatTokens) seen.add(token);
  }
  return { firsts, duplicates };
}

async function draftAll(deps: AcceptDeps, sender: Sender, slots: Slot[]): Promise<void> {
  if (slots.length === 0) return;
  const now = currentTime();
  const requests = slots.map(({ item }) => item.request);
  const [validated, isQuotaFree] = await Promise.all([
    validateAll(deps, sender, requests, now),
    deps.isBank(sender.companyId),
  ]);
  for (const [at, slot] of slots.entries()) {
    const verdict = validated[at]!;
    if (verdict.kind === 'refused') {
      slot.outcome = verdict;
      continue;
    }
    const { phone, content } = verdict;
    const { request, repeatTokens, requestHash, againOf } = slot.item;
    const _id = messageIdOf(sender, repeatTokens);
    const [first] = content.route;
    slot.message = {
      _id,
      companyId: sender.companyId,
      senderKey: sender.senderKey,
      ...(repeatTokens.length > 0 ? { repeatTokens } : {}),
      requestHash,
      clientMessageId: request.clientMessageId ?? null,
      statusUrl: request.statusUrl ?? null,
      callbackData: request.callbackData ?? null,
      ...(againOf ? { againOf } : {}),
      phoneSealed: deps.phones.seal(phone, _id),
      ...content,
      tries: [{ ...first!, startedAt: now }],
      communityId: first!.communityId,
      isQuotaFree,
      acceptedAt: now,
      status: 'queued',
      statusAt: now,
      sequence: 0,
      history: [
        {
          status: 'queued',
          at: now,
          takenAt: now,
          source: 'desk',
          network: null,
          tryNo: null,
          isApplied: true,
          sequence: 0,
        },
      ],
      endCode: null,
      outbox: { dueAt: content.sendAt ?? now, phase: 'waiting', claimId: null, attempts: 0 },
      expiryDueAt: content.expiresAt,
    };
  }
}

/**
 * Derives the id from the first idempotency token, so that a repeat after a crash reuses its reserved unit of quota.
 * A request without a token gets a new id.
 */
export function messageIdOf(
  { senderKey }: Pick<Sender, 'senderKey'>,
  repeatTokens: readonly string[],
): Types.ObjectId {
  const [token] = repeatTokens;
  if (token === undefined) return new Types.ObjectId();
  const digest = createHash('sha256').update(`${senderKey}\0${token}`).digest();
  return new Types.ObjectId(digest.subarray(0, 12));
}

async function reserveQuota({ quota }: AcceptDeps, slots: Slot[]): Promise<void> {
  if (slots.length === 0) return;
  const answers = await quota.reserve(slots.map(({ message }) => unitsOf(message!)[0]!));
  for (const [at, slot] of slots.entries()) {
    const answer = answers[at]!;
    if (answer.kind === 'taken') continue;
    slot.outcome = {
      kind: 'refused',
      refusal: {
        code: 'quotaSpent',
        field: 'phone',
        details: { limit: quotaLimits.unitsPerWindow, retryAt: answer.retryAt.toISOString() },
      },
    };
  }
}

async function storeAll(deps: AcceptDeps, sender: Sender, slots: Slot[]): Promise<void> {
  if (slots.length === 0) return;
  const messages = slots.map(({ message }) => message!);
  const { outcomes, repeated } = await askUntilKnown(messages.length, (which) =>
    insertEach(
      deps.serviceMessages.collection,
      which.map((at) => messages[at]!),
    ),
  );
  throwUnless(outcomes, isDuplicate);
  const own = await findOwn(
    deps,
    [...repeated].map((at) => messages[at]!),
  );
  for (const [at, slot] of slots.entries())
    if (!isDuplicate(outcomes[at]!) || own.has(slot.message!.phoneSealed))
      slot.outcome = { kind: 'accepted', message: slot.message! };
  const raced = slots.filter(isOpen);
  if (slots.length > raced.length) deps.wake();
  if (raced.length === 0) return;
  // Another call stored the same request first. Its message is the result, and uses our unit if the id is equal.
  const winners = await answerKnown(deps, sender, raced);
  if (raced.some(isOpen)) throw new Error('Another message has this id, but none of its tokens');
  const stored = new Set(winners.map(({ _id }) => _id.toHexString()));
  const orphans = raced.filter(({ message }) => !stored.has(message!._id.toHexString()));
  await deps.quota.release(orphans.flatMap(({ message }) => unitsOf(message!)));
}

/**
 * A message that was inserted twice may be refused because the first attempt did store it. Returns the sealed phones of
 * those that are ours: each sealing gives another text, also for the same request.
 */
async function findOwn({ serviceMessages }: AcceptDeps, messages: ServiceMessage[]): Promise<Set<string>> {
  if (messages.length === 0) return new Set();
  const stored = await serviceMessages
    .find({ _id: { $in: messages.map(({ _id }) => _id) } }, { phoneSealed: 1 })
    .lean<Pick<ServiceMessage, 'phoneSealed'>[]>();
  const sealed = new Set(stored.map(({ phoneSealed }) => phoneSealed));
  return new Set(messages.map(({ phoneSealed }) => phoneSealed).filter((each) => sealed.has(each)));
}
