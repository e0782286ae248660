/**
 * Moves user ids or a phone from one client to another. The receiver stores the job, the other client loses its
 * bonds, then the receiver gets them. Each step may be repeated, and any process can finish an interrupted job.
 */

import type { Model, Types } from 'mongoose';
import type { Logger } from '../observability/logger.ts';
import { isDuplicateKey } from '../storage/database.ts';
import { isolated } from '../storage/isolate.ts';
import { type Backoff, backoffMs } from '../work/backoff.ts';
import { currentTime } from '../work/clock.ts';
import type { Bond, Client, ClientMergeJob } from './client.model.ts';

/** Updates conversations when clients change; the conversations room implements it. Each call may be repeated. */
export interface ClientConversations {
  /** Gives `to` those conversations of `from` whose bond key (`vk:2001`) is among `bondKeys`. */
  move(from: Types.ObjectId, to: Types.ObjectId, bondKeys: ReadonlySet<string>): Promise<void>;
  /** Updates what conversations show of this client to its present state. */
  align(clientId: Types.ObjectId): Promise<unknown>;
  /** The name that the client's conversation with this user id shows; undefined without a conversation. */
  shownName(
    clientId: Types.ObjectId,
    bond: Pick<Bond, 'network' | 'externalUserId'>,
  ): Promise<string | undefined>;
}

export interface ClientMergeDeps {
  companyId: Types.ObjectId;
  clients: Model<Client>;
  clientConversations: ClientConversations;
}

/** A job that is older than this was interrupted. */
const INTERRUPTED_AFTER_MS = 10_000;
const mergeBackoff: Backoff = { firstMs: 10_000, mostMs: 3600_000, jitter: 'equal' };

/** Null when the receiver is gone. An earlier unfinished job of the receiver is finished first. */
export async function runClientMerge(
  deps: ClientMergeDeps,
  receiverId: Types.ObjectId,
  job: ClientMergeJob,
): Promise<Client | null> {
  for (;;) {
    const started = await deps.clients
      .findOneAndUpdate(
        { _id: receiverId, takeover: { $exists: false } },
        { $set: { takeover: job } },
        { returnDocument: 'after' },
      )
      .lean<Client>();
    if (started) return finish(deps, started);
    const receiver = await deps.clients.findById(receiverId).lean<Client>();
    if (!receiver) return null;
    if (receiver.takeover) await finish(deps, receiver);
  }
}

/** Finishes the client's merge job, if it has one. */
export async function finishClientMerge(deps: ClientMergeDeps, clientId: Types.ObjectId): Promise<void> {
  const receiver = await deps.clients.findById(clientId).lean<Client>();
  if (receiver?.takeover) await finish(deps, receiver);
}

/**
 * Finishes jobs that a crashed process left unfinished, at most 20; returns how many it finished. A job that fails stops
 * no other one. It is tried again, later and later: given up half done, it would lose a client's data.
 */
export async function finishClientMerges(
  deps: ClientMergeDeps & { logger: Logger },
  now = currentTime(),
): Promise<number> {
  const interrupted = await deps.clients
    .find({
      'takeover.at': { $lte: new Date(now.getTime() - INTERRUPTED_AFTER_MS) },
      'takeover.retryAt': { $not: { $gt: now } },
    })
    .sort({ 'takeover.at': 1 })
    .limit(20)
    .lean<Client[]>();
  let finished = 0;
  for (const each of interrupted)
    if (
      await isolated(
        () => finish(deps, each),
        (error) => postpone(deps, each, error, now),
      )
    )
      finished += 1;
  return finished;
}

async function postpone(
  { clients, logger }: ClientMergeDeps & { logger: Logger },
  { _id, takeover: job }: Client,
  err: unknown,
  now: Date,
): Promise<void> {
  const failures = (job!.failures ?? 0) + 1;
  logger.error({ err, clientId: _id, failures }, 'a merge of clients failed; it is tried again later');
  const waitMs = backoffMs({ ...mergeBackoff, failures });
  await clients.updateOne(
    { _id, 'takeover.at': job!.at },
    { $set: { 'takeover.failures': failures, 'takeover.retryAt': new Date(now.getTime() + waitMs) } },
  );
}

/** Each step is idempotent: an interrupted run may have done it already. */
async function finish(deps: ClientMergeDeps, receiver: Client): Promise<Client> {
  const { clients, clientConversations } = deps;
  const { from, bonds, phone, letsGo } = receiver.takeover!;
  for (let isReceived = false; !isReceived; ) {
    await removeFromOthers(deps, receiver);
    isReceived = await addToReceiver(deps, receiver);
  }
  await clientConversations.move(from, receiver._id, new Set(bonds.map(({ key }) => key)));
  await clientConversations.align(from);
  await clientConversations.align(receiver._id);
  // A client with neither a user id nor a phone is deleted, while the job still leads to it.
  if (bonds.length > 0 || phone || letsGo)
    await clients.deleteOne({
      _id: from,
      bonds: { $size: 0 },
      phoneIndex: { $exists: false },
      takeover: { $exists: false },
    });
  const done = await clients
    .findOneAndUpdate(
      { _id: receiver._id, 'takeover.at': receiver.takeover!.at },
      { $unset: { takeover: '' } },
      { returnDocument: 'after' },
    )
    .lean<Client>();
  return done ?? clients.findById(receiver._id).orFail().lean<Client>();
}

/** Removes the bonds and the phone from every client that has them now. */
async function removeFromOthers(
  { clients, companyId }: ClientMergeDeps,
  { _id, takeover: job }: Client,
): Promise<void> {
  const { from, bonds, phone, letsGo } = job!;
  const keys = bonds.map(({ key }) => key);
  if (keys.length > 0)
    await clients.updateMany(
      { companyId, 'bonds.key': { $in: keys }, _id: { $ne: _id } },
      { $pull: { bonds: { key: { $in: keys } } } },
    );
  const withoutPhone = {
    $set: { phoneSealed: null, phoneConfirmedAt: null },
    $unset: { phoneIndex: '', phoneBond: '' },
  } as const;
  if (phone)
    await clients.updateMany({ companyId, phoneIndex: phone.index, _id: { $ne: _id } }, withoutPhone);
  if (letsGo) await clients.updateOne({ companyId, phoneIndex: letsGo, _id: from }, withoutPhone);
}

/** False when another client has got one of them meanwhile. */
async function addToReceiver({ clients }: ClientMergeDeps, { _id, takeover: job }: Client): Promise<boolean> {
  const { bonds, phone } = job!;
  try {
    for (const bond of bonds)
      await clients.updateOne({ _id, 'bonds.key': { $ne: bond.key } }, { $push: { bonds: bond } });
    if (phone) {
      const {
        sealed: phoneSealed,
        index: phoneIndex,
        bond: phoneBond,
        confirmedAt: phoneConfirmedAt,
      } = phone;
      await clients.updateOne(
        { _id },
        {
          $set: { phoneSealed, phoneIndex, phoneBond, phoneConfirmedAt },
          $pull: { refusedPhoneIndexes: phoneIndex },
        },
      );
    }
    return true;
  } catch (error) {
    if (isDuplicateKey(error)) return false;
    throw error;
  }
}

/** Creates a client that receives these bonds from another. */
export async function splitOffClient(
  deps: ClientMergeDeps,
  about: Pick<Client, 'name' | 'avatarSourceUrl'>,
  job: ClientMergeJob,
): Promise<Client> {
  const { companyId } = deps;
  const receiver = await deps.clients.create({
    companyId,
    ...about,
    bonds: [],
    firstSeenAt: job.at,
    takeover: job,
  });
  return finish(deps, receiver.toObject());
}
