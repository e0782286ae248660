/**
 * Records the networks' reports of sent messages. Reports come in any order, twice and late. Each becomes a line of
 * its message's history; those that N1 (statuses only go forward) allows change the status. Durable when the call
 * resolves.
 */

import { type Model, Types } from 'mongoose';
import { currentTime } from '../../work/clock.ts';
import type { Receipts } from '../ports.ts';
import type { QuotaKeeper } from '../quota/quota.ts';
import { endTries, type TryToEnd } from '../sending/endTries.ts';
import { messageIdOfTry, type Receipt } from '../sending/serviceChannel.ts';
import { type ServiceMessage, sentAs } from '../serviceMessage.model.ts';
import { addLine, beginChange, type Change, currentTry, note } from './change.ts';
import type { StatusEffects } from './statusEffects.ts';
import { isUndecided } from './statusLine.ts';
import { writeChanges } from './writeChanges.ts';

export interface ReceiptDeps {
  serviceMessages: Model<ServiceMessage>;
  quota: QuotaKeeper;
  statusEffects: StatusEffects;
  /** Wakes the sender: a message waits for the next network of its route. */
  wake(): void;
}

/** Network clocks differ from ours: a delivery this much after `expiresAt` still counts as in time (N19, the TTL). */
const CLOCK_SKEW_MS = 2_000;

export function createReceipts(deps: ReceiptDeps): Receipts {
  return {
    async record(receipts) {
      let open = receipts;
      const known = new Set<Receipt>();
      // A message that another process changed meanwhile is read again, and its reports are applied again.
      while (open.length > 0) {
        const byMessage = await findMessages(deps.serviceMessages, open);
        for (const { receipts: own } of byMessage.values()) for (const each of own) known.add(each);
        open = await applyAll(deps, [...byMessage.values()]);
      }
      return { known: known.size, unknown: receipts.length - known.size };
    },
  };
}

interface Reported {
  message: ServiceMessage;
  receipts: Receipt[];
}

async function findMessages(
  serviceMessages: Model<ServiceMessage>,
  receipts: readonly Receipt[],
): Promise<Map<string, Reported>> {
  const ids = receipts.flatMap(({ tryKey }) => messageIdOfTry(tryKey) ?? []);
  const byNetworkId = receipts.filter(
    ({ tryKey, externalId }) => !messageIdOfTry(tryKey) && externalId !== null,
  );
  const filters = [
    ...(ids.length > 0 ? [{ _id: { $in: ids } }] : []),
    ...[...new Set(byNetworkId.map(({ communityId }) => communityId.toHexString()))].map((communityId) => {
      const own = byNetworkId.filter((each) => each.communityId.equals(communityId));
      return sentAs(
        new Types.ObjectId(communityId),
        own.flatMap(({ externalId }) => externalId ?? []),
      );
    }),
  ];
  const found = (
    await Promise.all(filters.map((filter) => serviceMessages.find(filter as never).lean<ServiceMessage[]>()))
  ).flat();
  const reported = new Map<string, Reported>(
    found.map((message) => [message._id.toHexString(), { message, receipts: [] }]),
  );
  const byExternalId = new Map<string, string>();
  for (const { _id, tries } of found)
    for (const { communityId, externalId } of tries)
      if (externalId) byExternalId.set(`${communityId.toHexString()} ${externalId}`, _id.toHexString());
  for (const receipt of receipts) {
    const id =
      messageIdOfTry(receipt.tryKey)?.toHexString() ??
      byExternalId.get(`${receipt.communityId.toHexString()} ${receipt.externalId}`);
    const target = id === undefined ? undefined : reported.get(id);
    if (target && tryOf(target.message, receipt) !== null) target.receipts.push(receipt);
  }
  for (const [id, { receipts: own }] of reported) if (own.length === 0) reported.delete(id);
  return reported;
}

/** Returns the receipts of messages that changed meanwhile; they must be applied again. */
async function applyAll(deps: ReceiptDeps, reported: Reported[]): Promise<Receipt[]> {
  const now = currentTime();
  const ended: TryToEnd[] = [];
  const changes = reported.map(({ message, receipts }) => {
    const change = beginChange(message);
    for (const receipt of receipts) apply(change, receipt, ended, now);
    return change;
  });
  await endTries(deps.quota, ended, now);
  const written = await writeChanges(deps, changes);
  if (changes.some(({ after }) => after.outbox?.phase === 'waiting')) deps.wake();
  return reported.flatMap(({ receipts }, at) => (written.has(changes[at]!) ? [] : receipts));
}

function apply(change: Change, receipt: Receipt, ended: TryToEnd[], now: Date): void {
  const { after } = change;
  const { status, code, networkCode, source, externalId } = receipt;
  const at = timeOf(receipt, change.before, now);
  const tryNo = tryOf(after, receipt)!;
  const report = { at, source, tryNo, code, networkCode };
  const { tryNo: currentNo } = currentTry(change);
  if (externalId !== null && !after.tries[tryNo]!.externalId) after.tries[tryNo]!.externalId = externalId;
  if (status === null) {
    note(change, { ...report, status: 'unknown' }, now);
    return;
  }
  // A report of an earlier network does not change the current try, unless the client received the message.
  const hasArrived = status === 'delivered' || status === 'read';
  if (tryNo !== currentNo && !hasArrived) {
    addLine(change, { ...report, status }, now, false);
    return;
  }
  const isEnding = ended.some((each) => each.change === change);
  if (status === 'undelivered' && isUndecided(after.status)) {
    // Reported twice in one batch: the try ends once.
    if (isEnding) addLine(change, { ...report, status }, now, false);
    else ended.push({ change, isSkipped: false, report: { ...report, status } });
    return;
  }
  // N19: a message delivered after its TTL is expired, whatever the network reports. The client has it all the same.
  const isLate = at.getTime() > after.expiresAt.getTime() + CLOCK_SKEW_MS;
  if (status === 'delivered' && isLate && isUndecided(after.status))
    note(
      change,
      { ...report, status: 'expired', code: 'arrivedLate', networkCode: networkCode ?? status },
      now,
    );
  else note(change, { ...report, status }, now);
}

/**
 * The earlier of the reported time and the time of receipt. A clock of the network that is unset, broken or far behind
 * reports times before the message existed: those are the time of receipt too.
 */
function timeOf({ at }: Receipt, { acceptedAt }: ServiceMessage, now: Date): Date {
  return at >= acceptedAt && at <= now ? at : now;
}

/** A report belongs to the last try through its community; null when there was no such try. */
function tryOf({ tries }: ServiceMessage, { communityId }: Receipt): number | null {
  const tryNo = tries.findLastIndex((each) => each.communityId.equals(communityId));
  return tryNo === -1 ? null : tryNo;
}
