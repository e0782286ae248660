/**
 * One client takes user ids or a phone over from another. What is taken is first written down at the taker, then let go
 * by the other, then taken: each step can be repeated, and whoever finds one half done finishes it.
 */
import type { Model, Types } from 'mongoose';
import { isDuplicateKey } from '../storage/database.ts';
import type { Bond, Client, ClientMergeJob } from './client.model.ts';

/** What follows for the conversations when clients change; the room of conversations does it. Each call may be repeated. */
export interface ClientConversations {
  /** Gives the other client those of this one's conversations whose bond key (`vk:2001`) is among `bondKeys`. */
  move(from: Types.ObjectId, to: Types.ObjectId, bondKeys: ReadonlySet<string>): Promise<void>;
  /** Brings what the conversations show of this client to what the client is now. */
  align(clientId: Types.ObjectId): Promise<unknown>;
  /** The name that the client's conversation with this user id shows; undefined where there is no such conversation. */
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

const CUT_OFF_AFTER_MS = 10_000;

/** Null when the taker is gone. A takeover that was begun before is finished first. */
export async function runClientMerge(
  deps: ClientMergeDeps,
  takerId: Types.ObjectId,
  job: ClientMergeJob,
): Promise<Client | null> {
  for (;;) {
    const begun = await deps.clients
      .findOneAndUpdate(
        { _id: takerId, takeover: { $exists: false } },
        { $set: { takeover: job } },
        { returnDocument: 'after' },
      )
      .lean<Client>();
    if (begun) return finish(deps, begun);
    const taker = await deps.clients.findById(takerId).lean<Client>();
    if (!taker) return null;
    if (taker.takeover) await finish(deps, taker);
  }
}

/** Finishes what was begun for this client, if anything was. */
export async function finishClientMerge(deps: ClientMergeDeps, clientId: Types.ObjectId): Promise<void> {
  const taker = await deps.clients.findById(clientId).lean<Client>();
  if (taker?.takeover) await finish(deps, taker);
}

/** Takes up what a process that died has left half done; returns how many. */
export async function finishClientMerges(deps: ClientMergeDeps, now = new Date()): Promise<number> {
  const cutOff = await deps.clients
    .find({ 'takeover.at': { $lte: new Date(now.getTime() - CUT_OFF_AFTER_MS) } })
    .sort({ 'takeover.at': 1 })
    .limit(20)
    .lean<Client[]>();
  for (const each of cutOff) await finish(deps, each);
  return cutOff.length;
}

/** Every step may have been done before. */
async function finish(deps: ClientMergeDeps, taker: Client): Promise<Client> {
  const { clients, clientConversations } = deps;
  const { from, bonds, phone, letsGo } = taker.takeover!;
  for (let isTaken = false; !isTaken; ) {
    await letGo(deps, taker);
    isTaken = await takeBonds(deps, taker);
  }
  await clientConversations.move(from, taker._id, new Set(bonds.map(({ key }) => key)));
  await clientConversations.align(from);
  await clientConversations.align(taker._id);
  const done = await clients
    .findOneAndUpdate(
      { _id: taker._id, 'takeover.at': taker.takeover!.at },
      { $unset: { takeover: '' } },
      { returnDocument: 'after' },
    )
    .lean<Client>();
  // Who has neither a user id nor a phone is nobody any more.
  if (bonds.length > 0 || phone || letsGo)
    await clients.deleteOne({
      _id: from,
      bonds: { $size: 0 },
      phoneIndex: { $exists: false },
      takeover: { $exists: false },
    });
  return done ?? clients.findById(taker._id).orFail().lean<Client>();
}

/** From whoever has it by now. */
async function letGo({ clients, companyId }: ClientMergeDeps, { _id, takeover: job }: Client): Promise<void> {
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

/** False when somebody came between and has one of them. */
async function takeBonds({ clients }: ClientMergeDeps, { _id, takeover: job }: Client): Promise<boolean> {
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

/** A new client, made by taking these over from another. */
export async function splitOffClient(
  deps: ClientMergeDeps,
  about: Pick<Client, 'name' | 'avatarSourceUrl'>,
  job: ClientMergeJob,
): Promise<Client> {
  const { companyId } = deps;
  const made = await deps.clients.create({
    companyId,
    ...about,
    bonds: [],
    firstSeenAt: job.at,
    takeover: job,
  });
  return finish(deps, made.toObject());
}
