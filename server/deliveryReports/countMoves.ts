/**
 * Counts every move of a status once, in the hour in which the desk took it, however often and by however many processes
 * it is told. All moves of one write are one inserted row, under the write's own id. Who is told of them again meets that
 * row: what it holds is counted, and what it does not (told apart after a crash, or moved on meanwhile) gets a row of its
 * own under the message's and the move's number. A row never changes what it holds, so no order of these doubles a move
 * or loses one. What is counted is what the messages' histories hold: a status that a network skipped is not made up.
 *
 * On the way of a batch this costs one insert, whatever the batch's size. `sumHours.ts` does the rest later.
 */
import type { Types } from 'mongoose';
import type { MovedListener, MovedMessage } from '../serviceMessages/followUps.ts';
import type { ServiceMove } from '../serviceMessages/serviceMessage.model.ts';
import { isDuplicateKey, writeErrorsOf } from '../storage/database.ts';
import {
  type CountedMoves,
  type Counts,
  type DeliveryCountModels,
  HOUR_MS,
  hourIdOf,
  type TemplateCounts,
  templateKeyOf,
} from './deliveryCounts.model.ts';

interface Move {
  messageId: Types.ObjectId;
  sequence: number;
  /** What it counts as; null for `queued`, which every message begins with. */
  countsAs: string;
  changeId: Types.ObjectId | undefined;
  companyId: Types.ObjectId;
  communityId: Types.ObjectId;
  templateName: string;
  hour: Date;
}

/** Of the move by which a message leaves the queue. */
const FIRST_SEQUENCE = 1;

export function createMoveCounter({ deliveryCounted }: Pick<DeliveryCountModels, 'deliveryCounted'>): {
  moved: MovedListener;
} {
  return {
    async moved(messages) {
      const moves = messages.flatMap(movesOf);
      if (moves.length === 0) return;
      const rows = [...groups(moves).values()].map((group) => toRow(group, keyOfGroup(group[0]!)));
      const met = await insertAll(rows);
      if (met.length === 0) return;
      const there = await deliveryCounted
        .find({ _id: { $in: met.map(({ _id }) => _id) } })
        .lean<CountedMoves[]>();
      const held = new Map(there.map((row) => [row._id, new Set(row.messageIds.map(String))]));
      const rest = moves.filter(
        (move) => held.get(rowId(move, keyOfGroup(move)))?.has(String(move.messageId)) === false,
      );
      await insertAll(rest.map((move) => toRow([move], keyOfOne(move))));
    },
  };

  /** Those whose key was there before. */
  async function insertAll(rows: CountedMoves[]): Promise<CountedMoves[]> {
    if (rows.length === 0) return [];
    try {
      await deliveryCounted.collection.insertMany(rows as never, { ordered: false });
      return [];
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
      return writeErrorsOf(error).map(({ code, index }) => {
        if (code !== 11000) throw error;
        return rows[index]!;
      });
    }
  }
}

function movesOf(message: MovedMessage): Move[] {
  return message.untold.flatMap((move) => {
    const countsAs = countsAsOf(move);
    if (countsAs === null) return [];
    const hour = new Date(Math.floor(move.takenAt.getTime() / HOUR_MS) * HOUR_MS);
    const { tries } = message;
    return {
      messageId: message._id,
      sequence: move.sequence,
      countsAs,
      changeId: move.changeId,
      companyId: message.companyId,
      templateName: message.templateName,
      // Of the try that moved: the message may be at another network by now.
      communityId:
        (move.tryNo === null ? undefined : tries[move.tryNo]?.communityId) ?? tries.at(-1)!.communityId,
      hour,
    };
  });
}

function countsAsOf({ status, code }: Pick<ServiceMove, 'status' | 'code'>): string | null {
  if (status === 'queued' || status === 'unknown') return null;
  return status === 'undelivered' ? `undelivered:${code ?? 'unknown'}` : status;
}

function groups(moves: Move[]): Map<string, Move[]> {
  const byId = new Map<string, Move[]>();
  for (const move of moves) {
    const id = rowId(move, keyOfGroup(move));
    const group = byId.get(id);
    if (group) group.push(move);
    else byId.set(id, [move]);
  }
  return byId;
}

function toRow(moves: Move[], key: string): CountedMoves {
  const [{ companyId, communityId, hour }] = moves as [Move, ...Move[]];
  const counts: Counts = {};
  const templates: TemplateCounts = {};
  for (const { countsAs, sequence, templateName } of moves) {
    addOne(counts, countsAs);
    const key = templateKeyOf(templateName);
    const ofTemplate = templates[key] ?? {};
    templates[key] = ofTemplate;
    addOne(ofTemplate, countsAs);
    if (sequence === FIRST_SEQUENCE) addOne(ofTemplate, 'messages');
  }
  return {
    _id: rowId(moves[0]!, key),
    companyId,
    communityId,
    hour,
    key,
    messageIds: moves.map(({ messageId }) => messageId),
    counts,
    templates,
    openSince: new Date(),
  };
}

function addOne(counts: Counts, what: string): void {
  counts[what] = (counts[what] ?? 0) + 1;
}

const rowId = (move: Pick<Move, 'communityId' | 'hour'>, key: string) => `${hourIdOf(move)}.${key}`;
const keyOfGroup = (move: Move) => move.changeId?.toHexString() ?? keyOfOne(move);
const keyOfOne = ({ messageId, sequence }: Move) => `${messageId.toHexString()}-${sequence}`;
