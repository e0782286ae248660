/**
 * What happened in a conversation, the newest first: the thread's own events, edits, and who opened it. The three lists
 * have their own places in the cursor and are merged by time.
 */
import type { Model, Types } from 'mongoose';
import type { ConversationEvent, ConversationEventsPage } from '../../shared/schemas/history.ts';
import type { StoredRegisterLine } from '../accessRegister/register.model.ts';
import type { Message } from '../conversations/message.model.ts';
import { type SenderDeps, sendersOf } from '../deliveryReports/senders.ts';
import type { ServiceMessage } from '../serviceMessages/serviceMessage.model.ts';
import { formatCursor, type Place, parseCursor, parseTextCursor, readPage } from '../storage/pageCursor.ts';
import { readThreadEvents } from './threadEvents.ts';

const PAGE = 50;

export interface EventDeps extends SenderDeps {
  companyId: Types.ObjectId;
  messages: Model<Message>;
  serviceMessages: Model<ServiceMessage>;
  registerLines: Model<StoredRegisterLine>;
}

/** Where each of the three lists goes on; null where it has ended. */
interface Places {
  beforeSeq: number;
  edits: Place | 'start' | null;
  openings: Place<string> | 'start' | null;
}

interface Candidate {
  at: Date;
  event: ConversationEvent;
  /** Moves the list that it comes from behind it. */
  pass(places: Places): void;
}

/** @param conversationId of a conversation that the reader may see. */
export async function listConversationEvents(
  deps: EventDeps,
  conversationId: Types.ObjectId,
  cursor: string | undefined,
): Promise<ConversationEventsPage> {
  const places = parsePlaces(cursor);
  if (!places) return { events: [], nextCursor: null };
  const [thread, edits, openings] = await Promise.all([
    readThreadEvents(deps.messages, conversationId, places.beforeSeq),
    places.edits === null ? none : readEdits(deps.messages, conversationId, places.edits),
    places.openings === null ? none : readOpenings(deps, conversationId, places.openings),
  ]);
  const inThread = thread.events.map(
    ({ at, event, seq }): Candidate => ({
      at,
      event,
      pass: (now) => {
        now.beforeSeq = seq;
      },
    }),
  );
  const lists = [inThread, edits.rows, openings.rows];
  // Beyond the last row that was read of a list, nothing older of another list may be shown yet.
  const bounds = [thread.reachedAt, edits.reachedAt, openings.reachedAt];
  const page: Candidate[] = [];
  while (page.length < PAGE) {
    const next = newest(lists);
    const isTooOld = bounds.some((bound, at) => bound && lists[at]!.length === 0 && next && next.at < bound);
    if (!next || isTooOld) break;
    page.push(next);
    for (const list of lists) if (list[0] === next) list.shift();
    next.pass(places);
  }
  if (lists[0]!.length === 0) places.beforeSeq = thread.fromSeq;
  if (lists[1]!.length === 0 && !edits.reachedAt) places.edits = null;
  if (lists[2]!.length === 0 && !openings.reachedAt) places.openings = null;
  const isEnd = places.beforeSeq <= 1 && places.edits === null && places.openings === null;
  return {
    events: await withSenders(
      deps,
      page.map(({ event }) => event),
    ),
    nextCursor: isEnd ? null : formatPlaces(places),
  };
}

interface Listed {
  rows: Candidate[];
  /** The time of the last row, when the list goes on after it. */
  reachedAt: Date | null;
}
const none: Listed = { rows: [], reachedAt: null };

function newest(lists: readonly Candidate[][]): Candidate | null {
  let found: Candidate | null = null;
  for (const [head] of lists) if (head && (!found || head.at > found.at)) found = head;
  return found;
}

async function readEdits(
  messages: Model<Message>,
  conversationId: Types.ObjectId,
  after: Place | 'start',
): Promise<Listed> {
  const { rows, nextCursor } = await readPage<Message & { editedAt: Date }>(
    messages as never,
    { conversationId, editedAt: { $gt: new Date(0) } } as never,
    { timeField: 'editedAt', after: after === 'start' ? null : after, limit: PAGE },
  );
  return {
    rows: rows.map(({ _id, editedAt, authorType, authorName, personId }) => ({
      at: editedAt,
      event: {
        kind: 'edited',
        key: `${_id.toHexString()}:edited`,
        at: editedAt.toISOString(),
        by: { personId: personId?.toHexString() ?? null, name: authorName },
        messageId: _id.toHexString(),
        isByClient: authorType === 'client',
      },
      pass: (now) => {
        now.edits = { at: editedAt, id: _id };
      },
    })),
    reachedAt: nextCursor ? (rows.at(-1)?.editedAt ?? null) : null,
  };
}

async function readOpenings(
  { registerLines }: EventDeps,
  conversationId: Types.ObjectId,
  after: Place<string> | 'start',
): Promise<Listed> {
  const { rows, nextCursor } = await readPage(
    registerLines,
    { conversationIds: conversationId },
    { timeField: 'at', after: after === 'start' ? null : after, limit: PAGE },
  );
  return {
    rows: rows.map(({ _id, at, personId, personName }) => ({
      at,
      event: { kind: 'opened', key: _id, at: at.toISOString(), by: { personId, name: personName } },
      pass: (now) => {
        now.openings = { at, id: _id };
      },
    })),
    reachedAt: nextCursor ? (rows.at(-1)?.at ?? null) : null,
  };
}

async function withSenders(
  deps: EventDeps,
  events: readonly ConversationEvent[],
): Promise<ConversationEvent[]> {
  const ids = events.flatMap((event) => (event.kind === 'sent' ? [event.serviceMessageId] : []));
  if (ids.length === 0) return [...events];
  const stored = await deps.serviceMessages
    .find({ _id: { $in: ids }, companyId: deps.companyId }, { senderKey: 1 })
    .lean<Pick<ServiceMessage, '_id' | 'senderKey'>[]>();
  const senders = await sendersOf(
    deps,
    stored.map(({ senderKey }) => senderKey),
  );
  const byId = new Map(stored.map(({ _id, senderKey }) => [_id.toHexString(), senders.get(senderKey)]));
  return events.map((event) =>
    event.kind === 'sent' ? { ...event, sender: byId.get(event.serviceMessageId) ?? null } : event,
  );
}

const ENDED = '-';
const START = '.';
const LAST_SEQ = Number.MAX_SAFE_INTEGER;

function formatPlaces({ beforeSeq, edits, openings }: Places): string {
  const formatted = (place: Place | Place<string> | 'start' | null) =>
    place === null ? ENDED : place === 'start' ? START : formatCursor(place);
  return [beforeSeq, formatted(edits), formatted(openings)].join('~');
}

/** Null when the cursor is malformed: a tab then keeps what it shows. */
function parsePlaces(cursor: string | undefined): Places | null {
  if (cursor === undefined) return { beforeSeq: LAST_SEQ, edits: 'start', openings: 'start' };
  const [, seq, edits, openings] = /^(\d{1,16})~([^~]+)~([^~]+)$/.exec(cursor) ?? [];
  if (seq === undefined || edits === undefined || openings === undefined) return null;
  const places = {
    beforeSeq: Number(seq),
    edits: edits === ENDED ? null : edits === START ? ('start' as const) : parseCursor(edits),
    openings: openings === ENDED ? null : openings === START ? ('start' as const) : parseTextCursor(openings),
  };
  const isRead = (text: string, place: unknown) => text === ENDED || place !== null;
  return isRead(edits, places.edits) && isRead(openings, places.openings) ? places : null;
}
