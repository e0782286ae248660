/**
 * Sends the outbox: at once, in the order of writing, and again by itself after a lost connection. Repeats are safe,
 * because the server knows a message by its token.
 */
import type { MessageView } from '../../shared/schemas/message.ts';
import { failureCodeOf } from '../ui/apiError.ts';
import type { Store } from '../ui/store.ts';
import { call } from './call.ts';
import type { DeskCache } from './deskCache.ts';
import type { DraftStorage } from './drafts.ts';
import { keptWriters, readKept, writeKept } from './keptOutbox.ts';
import type { LinkState } from './linkState.ts';
import {
  change,
  nextToSend,
  type Outbox,
  type OutgoingMessage,
  put,
  remove,
  type WrittenMessage,
} from './outbox.ts';
import { type DraftDeps, returnToDraft } from './returnToDraft.ts';

/** After this the answer counts as lost, and the message is sent again. */
const ANSWER_WAIT_MS = 15_000;
const FIRST_RETRY_MS = 2_000;
const LAST_RETRY_MS = 30_000;

export interface OutboxSender {
  /** Sends the messages that an earlier page of this tab left unsent. Safe to repeat. */
  open(writerId: string): void;
  send(writerId: string, message: WrittenMessage): void;
  sendAgain(clientToken: string): void;
  discard(clientToken: string): void;
  /** The session has ended: the messages of everybody go back to their own drafts. */
  returnAllToDrafts(): void;
  /** Stops and forgets all; the kept copies stay. */
  close(): void;
}

export interface OutboxSenderDeps extends DraftDeps {
  outbox: Store<Outbox>;
  storage: DraftStorage;
  cache: Pick<DeskCache, 'storeMessage'>;
  link: Store<LinkState>;
  onSessionEnded(): void;
}

export function createOutboxSender(deps: OutboxSenderDeps): OutboxSender {
  const { outbox, storage, cache, link } = deps;
  let writer: string | null = null;
  /** Counts openings: an answer from before the last one is ignored. */
  let opening = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const failed = new Map<string, { times: number; retryAtMs: number }>();

  outbox.subscribe(() => {
    if (writer !== null) writeKept(storage, writer, outbox.get());
  });
  link.subscribe(() => {
    if (link.get().phase !== 'online') return;
    for (const one of failed.values()) one.retryAtMs = 0;
    sendDue();
  });

  function sendDue(): void {
    clearTimeout(timer);
    if (writer === null) return;
    const nowMs = Date.now();
    let nextMs = Number.POSITIVE_INFINITY;
    for (const message of nextToSend(outbox.get(), nowMs)) {
      const waitMs = (failed.get(message.clientToken)?.retryAtMs ?? 0) - nowMs;
      if (waitMs <= 0) void attempt(message, writer);
      else nextMs = Math.min(nextMs, waitMs);
    }
    if (Number.isFinite(nextMs)) timer = setTimeout(sendDue, nextMs);
  }

  async function attempt(message: OutgoingMessage, writerId: string): Promise<void> {
    const { clientToken } = message;
    const own = opening;
    outbox.set(change(outbox.get(), clientToken, { isUnderWay: true }));
    try {
      const stored = await deliver(message, writerId);
      if (own !== opening) return;
      failed.delete(clientToken);
      cache.storeMessage(stored);
      outbox.set(remove(outbox.get(), new Set([clientToken])));
    } catch (error) {
      if (own !== opening) return;
      const failure = failureCodeOf(error);
      const times = (failed.get(clientToken)?.times ?? 0) + 1;
      const waitMs = Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** (times - 1));
      failed.set(clientToken, { times, retryAtMs: Date.now() + waitMs });
      outbox.set(change(outbox.get(), clientToken, { failure, isUnderWay: false }));
      if (failure === 'notSignedIn' || failure === 'otherWriter') deps.onSessionEnded();
    }
    sendDue();
  }

  const open = (writerId: string) => {
    if (writer === writerId) return;
    close();
    writer = writerId;
    outbox.set(readKept(storage, writerId));
    sendDue();
  };

  const close = () => {
    opening += 1;
    writer = null;
    clearTimeout(timer);
    failed.clear();
    outbox.set([]);
  };

  return {
    open,
    send: (writerId, message) => {
      open(writerId);
      outbox.set(put(outbox.get(), { ...message, failure: null, isUnderWay: false }));
      sendDue();
    },
    sendAgain: (clientToken) => {
      failed.delete(clientToken);
      outbox.set(change(outbox.get(), clientToken, { failure: null }));
      sendDue();
    },
    discard: (clientToken) => {
      failed.delete(clientToken);
      outbox.set(remove(outbox.get(), new Set([clientToken])));
      sendDue();
    },
    returnAllToDrafts: () => {
      const unsent = new Map(keptWriters(storage).map((writerId) => [writerId, readKept(storage, writerId)]));
      if (writer !== null) unsent.set(writer, outbox.get());
      close();
      for (const [writerId, messages] of unsent) {
        for (const message of [...messages].reverse()) returnToDraft(deps, writerId, message);
        writeKept(storage, writerId, []);
      }
    },
    close,
  };
}

/** Safe to repeat with the same token. */
function deliver(message: OutgoingMessage, writerId: string): Promise<MessageView> {
  const { conversationId, clientToken, text, seenSeq, cannedAnswerIds } = message;
  const params = { conversationId };
  const options = { signal: AbortSignal.timeout(ANSWER_WAIT_MS) };
  if (message.kind === 'note')
    return call('addNote', { params, body: { clientToken, writerId, text } }, options);
  const uploadIds = message.uploads.map((upload) => upload.id);
  const replyToMessageId = message.replyTo?.messageId ?? null;
  const body = {
    clientToken,
    writerId,
    text,
    uploadIds,
    replyToMessageId,
    seenSeq,
    ...(cannedAnswerIds ? { cannedAnswerIds: [...cannedAnswerIds] } : {}),
  };
  return call('sendAnswer', { params, body }, options);
}
