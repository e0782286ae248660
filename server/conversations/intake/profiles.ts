/**
 * Names and avatars of clients. They are read from the network after the message is stored and shown, because a slow
 * network must not delay a reply. They are read again when they are old and the client writes.
 */

import type { Model, Types } from 'mongoose';
import type { Logger } from 'pino';
import { cleanName } from '../../../shared/names.ts';
import { bondKey, type Client } from '../../clients/client.model.ts';
import type { CommunityRef } from '../../communities/communityRef.ts';
import { currentTime, currentTimeMs } from '../../work/clock.ts';
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
  /** Call when a client writes: the profile is read soon if it is missing or old. */
  seen(community: CommunityRef, conversation: Conversation): void;
  stop(): Promise<void>;
}

/** New clients within this time share one call and one packet to each screen; until then screens show their ids. */
const GATHER_MS = 200;
const FRESH_MS = 24 * 3600_000;
const PER_CALL = 500;
const PER_WRITE = 50;
/** Clients have fewer conversations than this. */
const CONVERSATIONS_PER_CLIENT = 20;
const REMEMBERED_MAX = 50_000;
const NAME_CHARS = 120;
const SHOWN_FIELDS = { name: 1, avatarSourceUrl: 1 } as const;

export function createProfileReader(deps: ProfileReaderDeps): ProfileReader {
  /** When this process last checked a client: spares a query per message. */
  const checkedAt = new Map<string, number>();
  const waiting = new Map<string, { community: CommunityRef; userIds: Set<string> }>();
  let timer: NodeJS.Timeout | null = null;
  let running: Promise<void> = Promise.resolve();

  async function readWaiting(): Promise<void> {
    const batches = [...waiting.values()];
    waiting.clear();
    for (const { community, userIds: seenIds } of batches) {
      const stale = await staleOf(community, [...seenIds]);
      for (let from = 0; from < stale.length; from += PER_CALL) {
        const userIds = stale.slice(from, from + PER_CALL);
        const profiles = await deps.channelFor(community).profiles(community, userIds);
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
        $or: [{ profileReadAt: null }, { profileReadAt: { $lt: new Date(currentTimeMs() - FRESH_MS) } }],
      })
      .lean<Client[]>();
    const stale = new Set(known.flatMap((client) => client.bonds.map((bond) => bond.key)));
    return userIds.filter((userId) => stale.has(bondKey(community.network, userId)));
  }

  /** One write of clients, one query and one write of conversations for each batch. */
  async function apply(community: CommunityRef, profiles: NetworkProfile[]): Promise<void> {
    if (profiles.length === 0) return;
    const profileReadAt = currentTime();
    const profileOf = new Map(
      profiles.map((profile) => [
        bondKey(community.network, profile.externalUserId),
        { ...profile, name: cleanName(profile.name, NAME_CHARS) || `id${profile.externalUserId}` },
      ]),
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
      .find({ companyId: deps.companyId, 'bonds.key': { $in: [...profileOf.keys()] } }, SHOWN_FIELDS)
      .lean<Pick<Client, '_id' | 'name' | 'avatarSourceUrl'>[]>();
    const shownOf = new Map(clients.map((client) => [client._id.toHexString(), client]));
    const conversations = await deps.conversations
      .find({ clientId: { $in: clients.map(({ _id }) => _id) } })
      .limit(clients.length * CONVERSATIONS_PER_CLIENT)
      .lean<Conversation[]>();
    await deps.conversationStore.changeAll(conversations, (conversation) => {
      // It belongs to another client now, and shows that client's profile.
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
      deps.logger.warn({ err: error }, 'reading profiles failed; the next message retries');
      checkedAt.clear();
    });
  }

  return {
    seen(community, conversation) {
      const key = `${community.id}:${conversation.peerId}`;
      const now = currentTimeMs();
      if (now - (checkedAt.get(key) ?? 0) < FRESH_MS) return;
      if (checkedAt.size >= REMEMBERED_MAX) checkedAt.clear();
      checkedAt.set(key, now);
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
