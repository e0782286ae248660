/**
 * One client takes user ids or a phone over from another. What is taken is first written down at the taker, then let go
 * by the other, then taken: each step can be repeated, and whoever finds one half done finishes it.
 */
import type { Model, Types } from 'mongoose';
import { isDuplicateKey } from '../storage/database.ts';
import type { Bond, Client, Takeover } from './client.model.ts';

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

export interface TakeoverParts {
  companyId: Types.ObjectId;
  clients: Model<Client>;
  clientConversations: ClientConversations;
}

const CUT_OFF_AFTER_MS = 10_000;

/** Null when the taker is gone. A takeover that was begun before is finished first. */
export async function takeOver(
  parts: TakeoverParts,
  takerId: Types.ObjectId,
  takeover: Takeover,
): Promise<Client | null> {
  for (;;) {
    const begun = await parts.clients
      .findOneAndUpdate(
        { _id: takerId, takeover: { $exists: false } },
        { $set: { takeover } },
        { returnDocument: 'after' },
      )
      .lean<Client>();
    if (begun) return finish(parts, begun);
    const taker = await parts.clients.findById(takerId).lean<Client>();
    if (!taker) return null;
    if (taker.takeover) await finish(parts, taker);
  }
}

/** Finishes what was begun for this client, if anything was. */
export async function finishTakeover(parts: TakeoverParts, clientId: Types.ObjectId): Promise<void> {
  const taker = await parts.clients.findById(clientId).lean<Client>();
  if (taker?.takeover) await finish(parts, taker);
}

/** Takes up what a process that died has left half done; returns how many. */
export async function finishTakeovers(parts: TakeoverParts, now = new Date()): Promise<number> {
  const cutOff = await parts.clients
    .find({ 'takeover.at': { $lte: new Date(now.getTime() - CUT_OFF_AFTER_MS) } })
    .sort({ 'takeover.at': 1 })
    .limit(20)
    .lean<Client[]>();
  for (const each of cutOff) await finish(parts, each);
  return cutOff.length;
}

/** Every step may have been done before. */
async function finish(parts: TakeoverParts, taker: Client): Promise<Client> {
  const { clients, clientConversations } = parts;
  const { from, bonds, phone, letsGo } = taker.takeover!;
  for (let isTaken = false; !isTaken; ) {
    await letGo(parts, taker);
    isTaken = await take(parts, taker);
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
async function letGo({ clients, companyId }: TakeoverParts, { _id, takeover }: Client): Promise<void> {
  const { from, bonds, phone, letsGo } = takeover!;
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
async function take({ clients }: TakeoverParts, { _id, takeover }: Client): Promise<boolean> {
  const { bonds, phone } = takeover!;
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
export async function splitOff(
  parts: TakeoverParts,
  about: Pick<Client, 'name' | 'avatarSourceUrl'>,
  takeover: Takeover,
): Promise<Client> {
  const { companyId } = parts;
  const made = await parts.clients.create({
    companyId,
    ...about,
    bonds: [],
    firstSeenAt: takeover.at,
    takeover,
  });
  return finish(parts, made.toObject());
}
