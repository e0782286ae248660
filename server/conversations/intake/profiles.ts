/**
 * Names and avatars of clients, asked of the network after their message is stored and shown, never before: a slow
 * network must not keep an answer from the screen. Asked again when they are old and the client writes.
 */

import type { Model, Types } from 'mongoose';
import type { Logger } from 'pino';
import { bondKey, type Client } from '../../clients/client.model.ts';
import type { CommunityRef } from '../../communities/communityRef.ts';
import type { Conversation } from '../conversation.model.ts';
import type { ConversationStore } from '../list/conversationStore.ts';
import type { Channel, NetworkProfile } from '../outbox/channel.ts';

export interface ProfileReaderDeps {
  companyId: Types.ObjectId;
  clients: Model<Client>;
  conversations: Model<Conversation>;
  conversationStore: ConversationStore;
  channelFor(community: CommunityRef): Channel;
  logger: Logger;
}

export interface ProfileReader {
  /** A client was heard of; reads the profile soon if it is missing or old. */
  seen(community: CommunityRef, conversation: Conversation): void;
  stop(): Promise<void>;
}

/** New clients within this time are one call and one packet to each screen; their ids stand in for names meanwhile. */
const GATHER_MS = 200;
const FRESH_MS = 24 * 3600_000;
const PER_CALL = 500;
const PER_WRITE = 50;
/** More conversations than people have, each with a row that shows the name. */
const ROWS_PER_CLIENT = 20;
const REMEMBERED_MAX = 50_000;
const SHOWN_IN_ROWS = { name: 1, avatarSourceUrl: 1 } as const;

export function createProfileReader(deps: ProfileReaderDeps): ProfileReader {
  /** When a client was last looked at, by this process: keeps the hot path free of queries. */
  const lookedAt = new Map<string, number>();
  const waiting = new Map<string, { community: CommunityRef; userIds: Set<string> }>();
  let timer: NodeJS.Timeout | null = null;
  let running: Promise<void> = Promise.resolve();

  async function readWaiting(): Promise<void> {
    const batches = [...waiting.values()];
    waiting.clear();
    for (const { community, userIds } of batches) {
      const stale = await staleOf(community, [...userIds]);
      for (let from = 0; from < stale.length; from += PER_CALL) {
        const asked = stale.slice(from, from + PER_CALL);
        const profiles = await deps.channelFor(community).profiles(community, asked);
        for (let at = 0; at < profiles.length; at += PER_WRITE)
          await apply(community, profiles.slice(at, at + PER_WRITE));
      }
    }
  }

  async function staleOf(community: CommunityRef, userIds: string[]): Promise<string[]> {
    const keys = userIds.map((userId) => bondKey(community.network, userId));
    const known = await deps.clients
      .find({
        companyId: deps.companyId,
        'bonds.key': { $in: keys },
        $or: [{ profileReadAt: null }, { profileReadAt: { $lt: new Date(Date.now() - FRESH_MS) } }],
      })
      .lean<Client[]>();
    const stale = new Set(known.flatMap((client) => client.bonds.map((bond) => bond.key)));
    return userIds.filter((userId) => stale.has(bondKey(community.network, userId)));
  }

  /** A batch is one write of clients and one look for their rows. */
  async function apply(community: CommunityRef, profiles: NetworkProfile[]): Promise<void> {
    if (profiles.length === 0) return;
    const profileReadAt = new Date();
    const profileOf = new Map(
      profiles.map((profile) => [bondKey(community.network, profile.externalUserId), profile]),
    );
    await deps.clients.bulkWrite(
      [...profileOf].map(([key, { name, avatarSourceUrl }]) => ({
        updateOne: {
          filter: { companyId: deps.companyId, 'bonds.key': key },
          update: { $set: { name, avatarSourceUrl, profileReadAt } },
        },
      })),
      { ordered: false },
    );
    const clients = await deps.clients
      .find({ companyId: deps.companyId, 'bonds.key': { $in: [...profileOf.keys()] } }, SHOWN_IN_ROWS)
      .lean<Pick<Client, '_id' | 'name' | 'avatarSourceUrl'>[]>();
    const shownOf = new Map(clients.map((client) => [client._id.toHexString(), client]));
    const rows = await deps.conversations
      .find({ clientId: { $in: clients.map(({ _id }) => _id) } })
      .limit(clients.length * ROWS_PER_CLIENT)
      .lean<Conversation[]>();
    await deps.conversationStore.changeAll(rows, (conversation) => {
      // Another client's by now, whose own profile names it.
      const client = shownOf.get(conversation.clientId.toHexString());
      if (!client) return null;
      const shown = { clientName: client.name, clientHasAvatar: client.avatarSourceUrl !== null };
      return conversation.clientName === shown.clientName &&
        conversation.clientHasAvatar === shown.clientHasAvatar
        ? null
        : shown;
    });
  }

  function run(): void {
    timer = null;
    running = running.then(readWaiting).catch((error: unknown) => {
      deps.logger.warn({ err: error }, 'profiles could not be read; the next message asks again');
      lookedAt.clear();
    });
  }

  return {
    seen(community, conversation) {
      const key = `${community.id}:${conversation.peerId}`;
      const now = Date.now();
      if (now - (lookedAt.get(key) ?? 0) < FRESH_MS) return;
      if (lookedAt.size >= REMEMBERED_MAX) lookedAt.clear();
      lookedAt.set(key, now);
      const batch = waiting.get(community.id) ?? { community, userIds: new Set() };
      batch.userIds.add(conversation.peerId);
      waiting.set(community.id, batch);
      timer ??= setTimeout(run, GATHER_MS);
    },
    async stop() {
      if (timer) clearTimeout(timer);
      await running;
    },
  };
}
