/**
 * The socket side of the desk: sign-in on connect, the rooms of a person, and the few requests of a tab. The
 * permissions module names the rooms. Every request is checked by the shared schema; what the person may not see is
 * answered as if it did not exist.
 */
import type { Server as HttpServer, IncomingHttpHeaders } from 'node:http';
import type { Logger } from 'pino';
import { Server } from 'socket.io';
import { z } from 'zod';
import { resumeRequest } from '../../shared/events.ts';
import { id } from '../../shared/schemas/common.ts';
import { audienceRooms, sessionRoom } from '../auth/permissions.ts';
import type { CurrentPerson } from '../auth/signedIn.ts';
import type { Metrics } from '../observability/metrics.ts';
import type { DeskServer, DeskSocket } from './deskSocket.ts';
import type { PeopleHere } from './peopleHere.ts';
import type { Presence } from './presence.ts';
import type { KeptQueueCounts } from './queueCounts.ts';
import type { Resume } from './resume.ts';
import type { SessionRevocation } from './sessionRevocation.ts';
import { disconnectStuckTabs } from './stuckTabs.ts';
import type { Walls } from './walls.ts';

export interface SocketServerDeps {
  currentPerson: CurrentPerson;
  /** Browsers connect from this origin, or from the address that the request was sent to. */
  publicUrl: string;
  resume: Resume;
  presence: Presence;
  peopleHere: PeopleHere;
  walls: Pick<Walls, 'open' | 'close'>;
  queueCounts: Pick<KeptQueueCounts, 'open' | 'close'>;
  sessionRevocation: Pick<SessionRevocation, 'isRevokedSince'>;
  metrics: Pick<Metrics, 'socketsConnected'>;
  logger: Logger;
  /** How much may wait for a tab that does not read. */
  waitingCharsMax?: number | undefined;
}

const PACKET_BYTES_MAX = 64 * 1024;
const threadShown = z.tuple([z.nullable(id), z.boolean().default(false)]);

export function createSocketServer(http: HttpServer, deps: SocketServerDeps): DeskServer {
  const io: DeskServer = new Server(http, {
    // A tab resumes by revision after any gap; Socket.IO's own recovery would be a second source of truth.
    connectionStateRecovery: undefined,
    maxHttpBufferSize: PACKET_BYTES_MAX,
    serveClient: false,
    allowRequest: ({ headers }, decide) => decide(null, isOwnOrigin(headers, deps.publicUrl)),
  });

  disconnectStuckTabs(io, deps);

  io.use((socket, next) => {
    const checkedAtMs = performance.now();
    deps
      .currentPerson(socket.handshake.headers)
      .then((signedIn) => {
        if (!signedIn) return next(new Error('notSignedIn'));
        socket.data = { person: signedIn.person, sessionId: signedIn.sessionId, checkedAtMs };
        next();
      })
      .catch((error: unknown) => {
        deps.logger.warn({ err: error }, 'a socket could not be checked');
        next(new Error('storeUnavailable'));
      });
  });

  io.on('connection', (socket) => {
    // The session ended between its check and now, when no room could name it yet.
    if (deps.sessionRevocation.isRevokedSince(socket.data, socket.data.checkedAtMs)) {
      socket.emit('session:ended');
      socket.disconnect(true);
      return;
    }
    void socket.join([...audienceRooms(socket.data.person), sessionRoom(socket.data.sessionId)]);
    deps.metrics.socketsConnected.inc();
    socket.once('disconnect', () => deps.metrics.socketsConnected.dec());
    handleRequests(socket, deps);
    handleWall(socket, deps);
    deps.queueCounts.open(socket);
    socket.once('disconnect', () => deps.queueCounts.close(socket));
  });
  return io;
}

function handleRequests(socket: DeskSocket, { resume, presence, logger }: SocketServerDeps): void {
  socket.on('resume', (request, answer) => {
    if (typeof answer !== 'function') return;
    const checked = resumeRequest.safeParse(request);
    if (!checked.success) return answer({ ok: false, code: 'badRequest' });
    resume(socket.data.person, checked.data)
      .then((data) => answer({ ok: true, data }))
      .catch((error: unknown) => {
        logger.warn({ err: error }, 'a tab could not resume');
        answer({ ok: false, code: 'storeUnavailable' });
      });
  });
  socket.on('thread:show', (conversationId, isQuiet) => {
    const checked = threadShown.safeParse([conversationId, isQuiet]);
    if (checked.success) void presence.show(socket, ...checked.data).catch(warn);
  });
  socket.on('answer:typing', (conversationId) => {
    const checked = id.safeParse(conversationId);
    if (checked.success) void presence.typing(socket, checked.data).catch(warn);
  });
  socket.on('disconnect', () => void presence.show(socket, null, false).catch(warn));
  function warn(error: unknown) {
    logger.warn({ err: error }, 'presence failed');
  }
}

/** The tab of a wall, and what walls show of every tab: whether its person is there. */
function handleWall(socket: DeskSocket, { walls, peopleHere }: SocketServerDeps): void {
  peopleHere.opened(socket);
  socket.on('wall:open', (isOpen, answer) => {
    if (typeof answer !== 'function') return;
    const checked = z.boolean().safeParse(isOpen);
    if (!checked.success) return answer({ ok: false, code: 'badRequest' });
    if (!checked.data) walls.close(socket);
    else if (!walls.open(socket)) return answer({ ok: false, code: 'forbidden' });
    answer({ ok: true, data: null });
  });
  socket.on('person:away', (isAway) => {
    const checked = z.boolean().safeParse(isAway);
    if (checked.success) peopleHere.setAway(socket, checked.data);
  });
  socket.on('disconnect', () => {
    walls.close(socket);
    peopleHere.closed(socket);
  });
}

/** A page of another site must not open a socket with a signed-in browser's cookie. */
function isOwnOrigin({ origin, host }: IncomingHttpHeaders, publicUrl: string): boolean {
  if (origin === undefined || origin === publicUrl) return true;
  return URL.canParse(origin) && new URL(origin).host === host;
}
