/**
 * Counts every status transition once, in the hour in which the desk recorded it, however often it is reported. All
 * transitions of one write are one inserted document with the write's id. A repeated report finds that document: the
 * transitions in it are already counted. Others (reported separately after a crash, or made meanwhile) get documents
 * of their own, by message and sequence. A document never changes what it holds, so no order of reports doubles or
 * loses a transition. Only transitions in the messages' histories count: a status that the network skipped does not.
 *
 * A batch costs one insert, whatever its size. `sumHours.ts` adds the counts up later.
 */

import type { Types } from 'mongoose';
import type { StatusTransition } from '../serviceMessages/serviceMessage.model.ts';
import type { TransitionedMessage, TransitionListener } from '../serviceMessages/statuses/statusEffects.ts';
import { insertEach, isDuplicate, throwUnless } from '../storage/bulkWrites.ts';
import { currentTime } from '../work/clock.ts';
import {
  type CountedTransitions,
  type Counts,
  type DeliveryCountModels,
  HOUR_MS,
  hourIdOf,
  type TemplateCounts,
  templateKeyOf,
} from './deliveryCounts.model.ts';

interface CountedTransition {
  messageId: Types.ObjectId;
  sequence: number;
  /** A key of `Counts`. */
  countsAs: string;
  changeId: Types.ObjectId | undefined;
  companyId: Types.ObjectId;
  communityId: Types.ObjectId;
  templateName: string;
  hour: Date;
}

/** The sequence of the transition by which a message leaves the queue. */
const FIRST_SEQUENCE = 1;

export function createTransitionCounter({ deliveryCounted }: Pick<DeliveryCountModels, 'deliveryCounted'>): {
  onTransition: TransitionListener;
} {
  return {
    async onTransition(messages) {
      const transitions = messages.flatMap(transitionsOf);
      if (transitions.length === 0) return;
      const rows = [...groups(transitions).values()].map((group) => toRow(group, keyOfGroup(group[0]!)));
      const repeated = await insertAll(rows);
      if (repeated.length === 0) return;
      const stored = await deliveryCounted
        .find({ _id: { $in: repeated.map(({ _id }) => _id) } })
        .lean<CountedTransitions[]>();
      const counted = new Map(stored.map((row) => [row._id, new Set(row.messageIds.map(String))]));
      const rest = transitions.filter(
        (transition) =>
          counted.get(rowId(transition, keyOfGroup(transition)))?.has(String(transition.messageId)) === false,
      );
      await insertAll(rest.map((transition) => toRow([transition], keyOfOne(transition))));
    },
  };

  /** @returns the documents whose id was stored before. */
  async function insertAll(rows: CountedTransitions[]): Promise<CountedTransitions[]> {
    const outcomes = await insertEach(deliveryCounted.collection, rows);
    throwUnless(outcomes, isDuplicate);
    return rows.filter((_, at) => isDuplicate(outcomes[at]!));
  }
}

function transitionsOf(message: TransitionedMessage): CountedTransition[] {
  return message.unnotified.flatMap((transition) => {
    const countsAs = countsAsOf(transition);
    if (countsAs === null) return [];
    const hour = new Date(Math.floor(transition.takenAt.getTime() / HOUR_MS) * HOUR_MS);
    const { tries } = message;
    return {
      messageId: message._id,
      sequence: transition.sequence,
      countsAs,
      changeId: transition.changeId,
      companyId: message.companyId,
      templateName: message.templateName,
      // The community of the try that changed: the message may be at another network by now.
      communityId:
        (transition.tryNo === null ? undefined : tries[transition.tryNo]?.communityId) ??
        tries.at(-1)!.communityId,
      hour,
    };
  });
}

function countsAsOf({ status, code }: Pick<StatusTransition, 'status' | 'code'>): string | null {
  if (status === 'queued' || status === 'unknown') return null;
  return status === 'undelivered' ? `undelivered:${code ?? 'unknown'}` : status;
}

function groups(transitions: CountedTransition[]): Map<string, CountedTransition[]> {
  const byId = new Map<string, CountedTransition[]>();
  for (const transition of transitions) {
    const id = rowId(transition, keyOfGroup(transition));
    const group = byId.get(id);
    if (group) group.push(transition);
    else byId.set(id, [transition]);
  }
  return byId;
}

function toRow(transitions: CountedTransition[], key: string): CountedTransitions {
  const [{ companyId, communityId, hour }] = transitions as [CountedTransition, ...CountedTransition[]];
  const counts: Counts = {};
  const templates: TemplateCounts = {};
  for (const { countsAs, sequence, templateName } of transitions) {
    addOne(counts, countsAs);
    const key = templateKeyOf(templateName);
    const ofTemplate = templates[key] ?? {};
    templates[key] = ofTemplate;
    addOne(ofTemplate, countsAs);
    if (sequence === FIRST_SEQUENCE) addOne(ofTemplate, 'messages');
  }
  return {
    _id: rowId(transitions[0]!, key),
    companyId,
    communityId,
    hour,
    key,
    messageIds: transitions.map(({ messageId }) => messageId),
    counts,
    templates,
    openSince: currentTime(),
  };
}

function addOne(counts: Counts, key: string): void {
  counts[key] = (counts[key] ?? 0) + 1;
}

const rowId = (transition: Pick<CountedTransition, 'communityId' | 'hour'>, key: string) =>
  `${hourIdOf(transition)}.${key}`;
const keyOfGroup = (transition: CountedTransition) =>
  transition.changeId?.toHexString() ?? keyOfOne(transition);
const keyOfOne = ({ messageId, sequence }: CountedTransition) => `${messageId.toHexString()}-${sequence}`;
