/**
 * What networks report of messages they took. Reports come in any order, twice and late: each becomes a line of its
 * message's history, and those that N1 lets through move it. Durable when the call resolves.
 */
import { type Model, Types } from 'mongoose';
import { addLine, beginChange, type Change, currentTry, note } from './change.ts';
import { endTries, type TryToEnd } from './endTries.ts';
import type { Receipts } from './ports.ts';
import type { QuotaKeeper } from './quota.ts';
import { messageIdOfTry, type Receipt } from './serviceChannel.ts';
import type { ServiceMessage } from './serviceMessage.model.ts';
import type { StatusEffects } from './statusEffects.ts';
import { isUndecided } from './statusLine.ts';
import { writeChanges } from './writeChanges.ts';

export interface ReceiptDeps {
  serviceMessages: Model<ServiceMessage>;
  quota: QuotaKeeper;
  statusEffects: StatusEffects;
  /** A message waits to be sent through its next network. */
  wake(): void;
}

/** Clocks of networks are not ours: this much later than its time, a delivery still counts as in time (N19). */
const CLOCK_SKEW_MS = 2_000;
/** A network's clock may be ahead of ours by as much, so that its reports keep their order. */
const CLOCK_AHEAD_MS = 60_000;

export function createReceipts(deps: ReceiptDeps): Receipts {
  return {
    async record(receipts) {
      let open = receipts;
      const known = new Set<Receipt>();
      // Who was moved by somebody else while this was judged is judged again upon what they are now.
      while (open.length > 0) {
        const byMessage = await findMessages(deps.serviceMessages, open);
        for (const of of byMessage.values()) for (const each of of.receipts) known.add(each);
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
  const named = receipts.filter(({ tryKey, externalId }) => !messageIdOfTry(tryKey) && externalId !== null);
  const ways = [
    ...(ids.length > 0 ? [{ _id: { $in: ids } }] : []),
    ...[...new Set(named.map(({ communityId }) => communityId.toHexString()))].map((communityId) => ({
      tries: {
        $elemMatch: {
          communityId: new Types.ObjectId(communityId),
          externalId: {
            $in: named
              .filter((each) => each.communityId.equals(communityId))
              .map(({ externalId }) => externalId),
          },
        },
      },
    })),
  ];
  const found = (
    await Promise.all(ways.map((way) => serviceMessages.find(way as never).lean<ServiceMessage[]>()))
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
    const of = id === undefined ? undefined : reported.get(id);
    if (of && tryOf(of.message, receipt) !== null) of.receipts.push(receipt);
  }
  for (const [id, of] of reported) if (of.receipts.length === 0) reported.delete(id);
  return reported;
}

/** Receipts of messages that could not be changed as they were read. */
async function applyAll(deps: ReceiptDeps, reported: Reported[]): Promise<Receipt[]> {
  const now = new Date();
  const ended: TryToEnd[] = [];
  const changes = reported.map(({ message, receipts }) => {
    const change = beginChange(message);
    for (const receipt of receipts) apply(change, receipt, ended, now);
    return change;
  });
  await endTries(deps.quota, ended, now);
  const written = await writeChanges(deps, changes, now);
  if (changes.some(({ after }) => after.outbox?.phase === 'waiting')) deps.wake();
  return reported.flatMap(({ receipts }, at) => (written.has(changes[at]!) ? [] : receipts));
}

function apply(change: Change, receipt: Receipt, ended: TryToEnd[], now: Date): void {
  const { after } = change;
  const { status, code, networkCode, source, externalId } = receipt;
  // What is said to happen in the future has just happened.
  const isAhead = receipt.at.getTime() > now.getTime() + CLOCK_AHEAD_MS;
  const at = isAhead ? now : receipt.at;
  const tryNo = tryOf(after, receipt)!;
  const report = { at, source, tryNo, code, networkCode };
  const { tryNo: currentNo } = currentTry(change);
  if (externalId !== null && !after.tries[tryNo]!.externalId) after.tries[tryNo]!.externalId = externalId;
  if (status === null) {
    note(change, { ...report, status: 'unknown' }, now);
    return;
  }
  // Reports of an earlier network say nothing of where the message is tried now, unless the client has it.
  const hasArrived = status === 'delivered' || status === 'read';
  if (tryNo !== currentNo && !hasArrived) {
    addLine(change, { ...report, status }, now, false);
    return;
  }
  const isOver = ended.some((each) => each.change === change);
  if (status === 'undelivered' && isUndecided(after.status)) {
    // Told twice at once: its try ends once.
    if (isOver) addLine(change, { ...report, status }, now, false);
    else ended.push({ change, isSkipped: false, said: { ...report, status } });
    return;
  }
  // N19: what arrives after its time has expired, whatever the network made of it.
  const isLate = at.getTime() > after.expiresAt.getTime() + CLOCK_SKEW_MS;
  if (status === 'delivered' && isLate && isUndecided(after.status))
    note(
      change,
      { ...report, status: 'expired', code: 'ttlExpired', networkCode: networkCode ?? status },
      now,
    );
  else note(change, { ...report, status }, now);
}

/** The last try through that community is the one a report speaks of; null when it was never tried there. */
function tryOf({ tries }: ServiceMessage, { communityId }: Receipt): number | null {
  const tryNo = tries.findLastIndex((each) => each.communityId.equals(communityId));
  return tryNo === -1 ? null : tryNo;
}
