/** Open tabs: their sockets, who looks at what, how they catch up after a gap, and when they end. */
import type { Server } from 'node:http';
import type { Auth } from '../auth/openAuth.ts';
import type { Announcer } from '../realtime/announcer.ts';
import type { Endings } from '../realtime/endings.ts';
import { createPresence } from '../realtime/presence.ts';
import { presenceModel, startPresenceExchange } from '../realtime/presenceExchange.ts';
import type { Relay } from '../realtime/relay.ts';
import { createResume } from '../realtime/resume.ts';
import { createSocketServer } from '../realtime/socketServer.ts';
import type { Channels } from './channels.ts';
import type { FirstSight } from './firstSight.ts';
import type { Ground } from './ground.ts';

export interface TabsParts {
  server: Server;
  publicUrl: string;
  auth: Auth;
  firstSight: FirstSight;
  channels: Channels;
  announcer: Announcer;
  endings: Endings;
  relay: Pick<Relay, 'others'>;
}

export function openTabs(ground: Ground, parts: TabsParts): void {
  const { store, timing, metrics, logger, closing, processId } = ground;
  const { auth, firstSight, channels, announcer, endings, relay } = parts;
  const presence = createPresence({
    conversations: store.conversations,
    announcer,
    exchange: (ours) => {
      const exchange = startPresenceExchange(presenceModel(store.connection), {
        ...ours,
        ...relay,
        processId,
        announcer,
        logger,
      });
      closing.add(() => exchange.stop());
      return exchange;
    },
    showTypingInNetwork: ({ communityId, peerId }) =>
      channels.hint(communityId, 'typing', (channel, community) => channel.showTyping(community, peerId)),
  });
  const io = createSocketServer(parts.server, {
    currentPerson: auth.currentPerson,
    publicUrl: parts.publicUrl,
    resume: createResume({ ...store, ...firstSight }),
    presence,
    endings,
    metrics,
    logger,
  });
  closing.add(() => io.close());
  announcer.attach(io);
  // A write whose answer was lost when the store went may have been done, and nobody was told of it.
  store.connection.on('reconnected', announcer.askToResume);
  const watch = endings.watch({
    io,
    liveSessions: auth.liveSessions,
    logger,
    ...(timing.sessionLookMs && { lookEveryMs: timing.sessionLookMs }),
  });
  closing.add(() => watch.stop());
}
