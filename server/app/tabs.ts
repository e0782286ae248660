/** Wiring of open tabs: their sockets, presence, catching up after a gap, and the end of sessions. */
import type { Server } from 'node:http';
import { Types } from 'mongoose';
import type { Auth } from '../auth/openAuth.ts';
import { conversationFilterFor } from '../auth/permissions.ts';
import { readQueue } from '../conversations/list/readQueue.ts';
import type { Broadcaster } from '../realtime/broadcaster.ts';
import { createPeopleHere } from '../realtime/peopleHere.ts';
import { createPresence } from '../realtime/presence.ts';
import { presenceModel, startPresenceExchange } from '../realtime/presenceExchange.ts';
import { createQueueCounts } from '../realtime/queueCounts.ts';
import type { Relay } from '../realtime/relay.ts';
import { createResume } from '../realtime/resume.ts';
import type { SessionRevocation } from '../realtime/sessionRevocation.ts';
import { createSocketServer } from '../realtime/socketServer.ts';
import { createWalls } from '../realtime/walls.ts';
import { readWall } from '../wall/readWall.ts';
import type { Bootstrap } from './bootstrap.ts';
import type { Channels } from './channels.ts';
import type { AppContext } from './context.ts';

export interface TabsDeps {
  server: Server;
  publicUrl: string;
  auth: Auth;
  bootstrap: Bootstrap;
  channels: Channels;
  broadcaster: Broadcaster;
  sessionRevocation: SessionRevocation;
  relay: Pick<Relay, 'others' | 'announceLoss'>;
}

export function openTabs(context: AppContext, deps: TabsDeps): void {
  const { store, timing, metrics, logger, closing, processId } = context;
  const { auth, bootstrap, channels, broadcaster, sessionRevocation, relay } = deps;
  const peopleHere = createPeopleHere();
  const presence = createPresence({
    conversations: store.conversations,
    broadcaster,
    exchange: (ours) => {
      const exchange = startPresenceExchange(presenceModel(store.connection), {
        ...ours,
        ...relay,
        ownPeople: peopleHere.own,
        processId,
        broadcaster,
        logger,
      });
      peopleHere.exchangeWith(exchange);
      closing.add(() => exchange.stop());
      return exchange;
    },
    showTypingInNetwork: ({ communityId, peerId }) =>
      channels.hint(communityId, 'typing', (channel, community) => channel.showTyping(community, peerId)),
  });
  const walls = createWalls({
    read: (viewer) =>
      readWall({ ...store, listPeople: auth.people.listPeople, stateOf: peopleHere.stateOf, logger }, viewer),
    logger,
    timing: timing.wall,
  });
  closing.add(() => walls.stop());
  const queueCounts = createQueueCounts({
    read: async (person, queue) => {
      const audience = { companyId: store.companyId, ...conversationFilterFor(person) };
      const waiting = await readQueue(store.conversations, audience, queue, new Types.ObjectId(person.id));
      return waiting.map(({ _id, revision }) => ({ id: _id.toHexString(), revision }));
    },
    logger,
    timing: timing.queueCounts,
  });
  broadcaster.onPublished(queueCounts.apply);
  broadcaster.onRelayed(queueCounts.apply);
  broadcaster.onMayHaveMissed(queueCounts.readAgain);
  closing.add(() => queueCounts.stop());
  const io = createSocketServer(deps.server, {
    currentPerson: auth.currentPerson,
    publicUrl: deps.publicUrl,
    resume: createResume({ ...store, ...bootstrap }),
    presence,
    peopleHere,
    walls,
    queueCounts,
    sessionRevocation,
    metrics,
    logger,
    waitingCharsMax: timing.tabWaitingCharsMax,
  });
  closing.add(() => io.close());
  broadcaster.attach(io);
  // A write may have succeeded although its answer was lost with the store; such a change was not published.
  store.connection.on('reconnected', () => {
    broadcaster.askToResume();
    relay.announceLoss();
  });
  const watch = sessionRevocation.watch({
    io,
    liveSessions: auth.liveSessions,
    logger,
    ...(timing.sessionLookMs && { lookEveryMs: timing.sessionLookMs }),
  });
  closing.add(() => watch.stop());
}
