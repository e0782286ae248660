/**
 * The socket to the server. It checks every event against its schema before it applies the event. After a gap it asks
 * the server for the difference. An event that does not match its schema is dropped and counts as a gap.
 */
import type { Socket } from 'socket.io-client';
import type { z } from 'zod';
import type { ErrorCode } from '../../shared/errorCodes.ts';
import {
  type Change,
  type ClientToServer,
  changes as changesSchema,
  resumeAnswer,
  type ServerToClient,
  typing as typingSchema,
  viewers as viewersSchema,
} from '../../shared/events.ts';
import { type QueueCounts, queueCounts } from '../../shared/schemas/conversation.ts';
import { createStore, type Store } from '../ui/store.ts';
import type { ChangeLog } from './changeLog.ts';
import type { DeskCache } from './deskCache.ts';
import { gaveUpWaiting, type LinkState, lost, QUIET_RECONNECT_MS } from './linkState.ts';
import type { Presence } from './presence.ts';

export type DeskSocket = Socket<ServerToClient, ClientToServer>;

const RESUME_WAIT_MS = 10_000;
const RESUME_RETRY_MS = 2_000;
const RECONNECT_MS = 3_000;

export interface DeskConnection {
  state: Store<LinkState>;
  start(): void;
  stop(): void;
  /** Tries to connect now, unless connected: the cause of the break may be over. */
  comeBack(): void;
  /** Asks the server for the differences in everything that this tab holds. */
  catchUp(): void;
  /** @param isQuiet whether this person reads without being seen. */
  showThread(conversationId: string | null, isQuiet?: boolean): void;
  typingIn(conversationId: string): void;
  /** Asks the server for the live wall until the returned function is called. One wall at a time. */
  openWall(wall: WallListener): () => void;
  /** Whether the person has used this tab lately. */
  setAway(isAway: boolean): void;
}

export interface WallListener {
  /** As it came: the wall's own screen knows its schema. */
  onView(view: unknown): void;
  onRefused(code: ErrorCode): void;
}

export interface ConnectionDeps {
  /** Returns a socket that is not connected yet. */
  socket: DeskSocket;
  cache: DeskCache;
  log: ChangeLog;
  presence: Presence;
  onChanges(changes: readonly Change[]): void;
  onCounts(counts: QueueCounts): void;
  onSessionEnded(): void;
}

export function createDeskConnection(deps: ConnectionDeps): DeskConnection {
  const { socket, cache, log, presence } = deps;
  const state = createStore<LinkState>({ phase: 'connecting' });
  let shownThread: string | null = null;
  let isQuietlyShown = false;
  let wall: WallListener | null = null;
  let isAway = false;
  let alarm: ReturnType<typeof setTimeout> | undefined;
  let retry: ReturnType<typeof setTimeout> | undefined;
  let reconnect: ReturnType<typeof setTimeout> | undefined;
  let isStarted = false;
  let isResuming = false;
  let wanted: 'nothing' | 'gaps' | 'everything' = 'nothing';

  const note = (what: 'gaps' | 'everything') => {
    if (wanted !== 'everything') wanted = what;
  };
  const want = (what: 'gaps' | 'everything') => {
    note(what);
    void resume();
  };

  const resume = async (): Promise<void> => {
    if (isResuming || wanted === 'nothing' || !socket.connected) return;
    const isEverything = wanted === 'everything';
    const request = cache.resumeRequest(isEverything ? undefined : cache.gaps());
    wanted = 'nothing';
    if (request.threads.length === 0 && request.list === null) {
      if (isEverything) cache.refreshTheRest(request);
      return;
    }
    isResuming = true;
    const endReading = log.startReading();
    try {
      const answer = await socket.timeout(RESUME_WAIT_MS).emitWithAck('resume', request);
      const meanwhile = endReading();
      if (!answer.ok) throw new Error(`resume was refused: ${answer.code}`);
      cache.applyResume(request, resumeAnswer.parse(answer.data), meanwhile.changes);
      if (isEverything) cache.refreshTheRest(request);
      isResuming = false;
      if (cache.gaps().length > 0) want('gaps');
      else void resume();
    } catch {
      endReading();
      isResuming = false;
      note(isEverything ? 'everything' : 'gaps');
      // A new connection resumes by itself; on this one a timer tries again.
      clearTimeout(retry);
      retry = setTimeout(() => void resume(), RESUME_RETRY_MS);
    }
  };

  /** Calls `apply` with a value that matches the schema; any other value counts as a gap. */
  const checked =
    <T>(schema: z.ZodType<T>, apply: (value: T) => void) =>
    (raw: unknown) => {
      const result = schema.safeParse(raw);
      if (result.success) apply(result.data);
      else want('everything');
    };

  const askForWall = () => {
    const asking = wall;
    if (!asking || !socket.connected) return;
    socket.emit('wall:open', true, (answer) => {
      if (!answer.ok && wall === asking) asking.onRefused(answer.code);
    });
  };

  const calm = () => {
    clearTimeout(alarm);
    alarm = undefined;
  };

  const onLost = () => {
    log.disconnected();
    presence.forget();
    state.set(lost(state.get(), Date.now()));
    // One alarm for the whole break: every failed attempt to reconnect gets here too.
    alarm ??= setTimeout(() => state.set(gaveUpWaiting(state.get(), Date.now())), QUIET_RECONNECT_MS);
  };

  socket.on('connect', () => {
    calm();
    log.connected();
    state.set({ phase: 'online' });
    if (shownThread) socket.emit('thread:show', shownThread, isQuietlyShown);
    if (isAway) socket.emit('person:away', true);
    askForWall();
    want('everything');
  });
  socket.on('disconnect', (reason) => {
    onLost();
    // The library does not reconnect by itself when the server closed the connection.
    if (reason === 'io server disconnect') socket.connect();
  });
  socket.on('connect_error', (error) => {
    // The server refuses a connection with one of its error codes; the library passes it as the message.
    if (error.message === ('notSignedIn' satisfies ErrorCode)) return deps.onSessionEnded();
    onLost();
    // After a refusal, unlike after a break, the library does not try again by itself.
    if (socket.active) return;
    clearTimeout(reconnect);
    reconnect = setTimeout(() => socket.connect(), RECONNECT_MS);
  });
  socket.on(
    'changes',
    checked(changesSchema, (changes) => {
      log.record(changes);
      cache.apply(changes);
      deps.onChanges(changes);
      if (cache.gaps().length > 0) want('gaps');
    }),
  );
  socket.on('counts', checked(queueCounts, deps.onCounts));
  socket.on('typing', checked(typingSchema, presence.sawTyping));
  socket.on('viewers', checked(viewersSchema, presence.sawViewers));
  socket.on('wall', (view) => wall?.onView(view));
  socket.on('resume:needed', () => want('everything'));
  socket.on('session:ended', () => deps.onSessionEnded());

  return {
    state,
    start: () => {
      isStarted = true;
      if (!socket.active) socket.connect();
    },
    comeBack: () => {
      if (!isStarted || socket.connected) return;
      // Starts again whatever was under way. The library does not notice that the browser's "offline" event cut off a
      // handshake, and waits for it until its timeout (Manager.open in socket.io-client 4.8.4).
      socket.disconnect().connect();
    },
    stop: () => {
      isStarted = false;
      clearTimeout(retry);
      clearTimeout(reconnect);
      wanted = 'nothing';
      socket.disconnect();
      calm();
      presence.forget();
      state.set({ phase: 'connecting' });
    },
    catchUp: () => want('everything'),
    showThread: (conversationId, isQuiet = false) => {
      shownThread = conversationId;
      isQuietlyShown = isQuiet;
      if (socket.connected) socket.emit('thread:show', conversationId, isQuiet);
    },
    typingIn: (conversationId) => {
      if (socket.connected) socket.volatile.emit('answer:typing', conversationId);
    },
    openWall: (listener) => {
      wall = listener;
      askForWall();
      return () => {
        if (wall !== listener) return;
        wall = null;
        if (socket.connected) socket.emit('wall:open', false, () => undefined);
      };
    },
    setAway: (now) => {
      if (isAway === now) return;
      isAway = now;
      if (socket.connected) socket.emit('person:away', now);
    },
  };
}
