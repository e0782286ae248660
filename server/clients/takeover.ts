/**
 * One client takes user ids or a phone over from another. What is taken is first written down at the taker, then let go
 * by the other, then taken: each step can be repeated, and whoever finds one half done finishes it.
 */
import type { Model, Types } from 'mongoose';
import type { Conversation } from '../conversations/conversation.model.ts';
import type { Rows } from '../conversations/list/rows.ts';
import { isDuplicateKey } from '../storage/database.ts';
import type { Client, Takeover } from './client.model.ts';

export interface TakeoverParts {
  companyId: Types.ObjectId;
  clients: Model<Client>;
  conversations: Model<Conversation>;
  rows: Rows;
}

/** One conversation for each community and user id; nobody has more than a few. */
const CONVERSATIONS_OF_CLIENT = 200;
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
  const { clients } = parts;
  const { from, bonds, phone, letsGo } = taker.takeover!;
  for (let isTaken = false; !isTaken; ) {
    await letGo(parts, taker);
    isTaken = await take(parts, taker);
  }
  await moveConversations(parts, from, taker._id, new Set(bonds.map(({ key }) => key)));
  await alignConversations(parts, from);
  await alignConversations(parts, taker._id);
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

async function moveConversations(
  { conversations, rows }: TakeoverParts,
  from: Types.ObjectId,
  to: Types.ObjectId,
  keys: Set<string>,
): Promise<void> {
  const of = await conversations
    .find({ clientId: from }, { network: 1, peerId: 1 })
    .limit(CONVERSATIONS_OF_CLIENT)
    .lean<Pick<Conversation, '_id' | 'network' | 'peerId'>[]>();
  for (const { _id, network, peerId } of of)
    if (keys.has(`${network}:${peerId}`))
      await rows.change(_id, (row) =>
        // The other's picture is not this one's: what the row shows is brought up to date next.
        row.clientId.equals(to) ? null : { clientId: to, clientHasAvatar: false },
      );
}

/** Brings the rows of a client's conversations to what the client is now; returns them. */
export async function alignConversations(
  { clients, conversations, rows }: TakeoverParts,
  clientId: Types.ObjectId,
): Promise<Conversation[]> {
  const client = await clients.findById(clientId).lean<Client>();
  if (!client) return [];
  const { name, avatarSourceUrl } = client;
  const wanted = {
    clientName: name,
    clientHasAvatar: avatarSourceUrl !== null,
    isMatched: client.phoneIndex !== undefined,
  };
  const of = await conversations
    .find({ clientId }, { _id: 1 })
    .sort({ lastActivityAt: -1 })
    .limit(CONVERSATIONS_OF_CLIENT)
    .lean<Pick<Conversation, '_id'>[]>();
  return Promise.all(
    of.map(({ _id }) =>
      rows.change(_id, (row) =>
        row.clientName === wanted.clientName &&
        row.clientHasAvatar === wanted.clientHasAvatar &&
        row.isMatched === wanted.isMatched
          ? null
          : wanted,
      ),
    ),
  );
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
