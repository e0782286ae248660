/** An Intake that keeps everything in memory by the interface's rules, and can simulate an unreachable store. */
import mongoose from 'mongoose';
import type { CommunityRef } from '../../../../server/communities/communityRef.ts';
import type {
  IngestResult,
  Intake,
  NetworkEvent,
  NetworkMessage,
} from '../../../../server/conversations/intake/networkEvent.ts';

export interface RecordingIntake extends Intake {
  /** In the order of storing, each message once. */
  messages(peerId: string | number): NetworkMessage[];
  texts(peerId: string | number): string[];
  /** All events that are not messages. */
  events: NetworkEvent[];
  gaps: { peerId: string; fromPosition: number; toPosition: number; count: number }[];
  /** The number of calls, including repeats. */
  calls: number;
  /** The next calls fail with this error; by default as when the store is unreachable. */
  refuse(times: number, error?: Error): void;
  /** Every message with this text fails for a reason that is not named. */
  poison(text: string): void;
}

export function recordingIntake(): RecordingIntake {
  const dialogues = new Map<string, { stored: Map<string, NetworkMessage>; tail: number }>();
  let refusals = 0;
  let refusal: Error = storeAway();
  const poisoned = new Set<string>();
  const dialogue = (peerId: string) => {
    let found = dialogues.get(peerId);
    if (!found) {
      found = { stored: new Map(), tail: 0 };
      dialogues.set(peerId, found);
    }
    return found;
  };

  const intake: RecordingIntake = {
    events: [],
    gaps: [],
    calls: 0,
    messages: (peerId) => [...dialogue(String(peerId)).stored.values()],
    texts: (peerId) => intake.messages(peerId).map(({ text }) => text),
    refuse(times, error = storeAway()) {
      refusals = times;
      refusal = error;
    },
    poison: (text) => poisoned.add(text),
    async ingest(_community: CommunityRef, event: NetworkEvent, options = {}): Promise<IngestResult> {
      intake.calls += 1;
      await new Promise((resolve) => setImmediate(resolve));
      if (refusals > 0) {
        refusals -= 1;
        throw refusal;
      }
      if (!('message' in event)) {
        intake.events.push(event);
        return { kind: 'stored', isNew: true };
      }
      const { message } = event;
      if (poisoned.has(message.text)) throw new RangeError('this document cannot be stored');
      const found = dialogue(message.peerId);
      if (event.type === 'messageEdited' && found.stored.has(message.externalId)) {
        found.stored.set(message.externalId, message);
        return { kind: 'stored', isNew: true };
      }
      const position = message.position ?? 0;
      if (position > found.tail + 1 && !options.acceptGap) return { kind: 'gap', tailPosition: found.tail };
      const isNew = !found.stored.has(message.externalId);
      if (isNew) found.stored.set(message.externalId, message);
      found.tail = Math.max(found.tail, position);
      return { kind: 'stored', isNew };
    },
    tailPosition: async (_community, peerId) => dialogue(peerId).tail,
    isMet: async (_community, peerId) => dialogue(peerId).tail > 0,
    async noteGap(_community, peerId, gap) {
      intake.gaps.push({ peerId, ...gap });
      dialogue(peerId).tail = Math.max(dialogue(peerId).tail, gap.toPosition);
    },
  };
  return intake;
}

const storeAway = () => new mongoose.mongo.MongoNetworkError('the store is away');
