/**
 * Lets the product do each step of one life, at the step's time. A life that was interrupted goes on: its threads say
 * which step was the last one, and that one is repeated, because it may be half done.
 */
import { Readable } from 'node:stream';
import { type Model, Types } from 'mongoose';
import type { Register } from '../accessRegister/register.ts';
import type { Actor } from '../audit/actor.ts';
import type { CommunityRef } from '../communities/communityRef.ts';
import type { Conversation } from '../conversations/conversation.model.ts';
import type { Intake, NetworkMessage } from '../conversations/intake/networkEvent.ts';
import type { Message } from '../conversations/message.model.ts';
import { type AnswersDeps, addNote, sendAgentAnswer } from '../conversations/outbox/answers.ts';
import { type ActionDeps, assign, setLabels, setStatus } from '../conversations/thread/actions.ts';
import { tryKeyOf } from '../serviceMessages/sending/serviceChannel.ts';
import type { UploadStore } from '../uploads/uploadStore.ts';
import { atPast, type PastClock } from './pastClock.ts';
import { externalIdOf, playService, type ServicePorts } from './playService.ts';
import { samplePdf } from './samplePdf.ts';
import type { Life, Step } from './steps.ts';

export interface LifePorts extends ActionDeps, AnswersDeps, ServicePorts {
  conversations: Model<Conversation>;
  intake: Intake;
  uploads: Pick<UploadStore, 'save' | 'claim'>;
  register: Pick<Register, 'recordView'>;
  /** In the order of `places`. */
  communities: readonly CommunityRef[];
  /** In the order of `team`. */
  people: readonly Actor[];
  /** What the outbox records when the network has accepted an answer. */
  recordSent(
    message: Message,
    fact: { externalId: string; position: number | null; source: 'send'; sentAt: Date },
  ): Promise<Conversation>;
  /** Asks for a mark as after any resolution. @returns the question, when it was asked. */
  askForMark(conversation: Conversation, line: Message, personId: string): Promise<Message | null>;
  /** The payload of the button by which the client of this conversation gives the mark; null when nobody asked. */
  buttonOfMark(conversation: Conversation, mark: number): Promise<string | null>;
  /** Resolves once the conversation shows the client's name. */
  untilNamed(conversation: Conversation): Promise<void>;
}

export async function playLife(
  ports: LifePorts,
  life: Life,
  { mayHaveBegun }: { mayHaveBegun: boolean },
): Promise<void> {
  const clock: PastClock = { nowMs: life.steps[0]!.atMs };
  await atPast(clock, async () => {
    const player = createPlayer(ports, life, clock);
    const last = mayHaveBegun ? await player.findLast() : null;
    for (const step of life.steps) if (!last || isToDo(step.atMs, last)) await player.play(step);
  });
}

/** The newest message of a life. */
type Last = Pick<Message, 'createdAt' | 'direction'>;

/**
 * Messages of a step are stored at its time. The client's message is the last write of its step, and would come again
 * under another number; the steps of others may be half done.
 */
function isToDo(atMs: number, { createdAt, direction }: Last): boolean {
  const lastMs = createdAt.getTime();
  return atMs > lastMs || (atMs === lastMs && direction !== 'in');
}

/** More than the messages that one step writes. */
const NEWEST = 20;

const assigneeOf = ({ id, name }: Actor) => ({ id: new Types.ObjectId(id), name });

/** Networks tell whole seconds. */
const wholeSecond = (atMs: number) => new Date(atMs - (atMs % 1000));

interface Player {
  play(step: Step): Promise<void>;
  /** The newest message that an earlier run has stored; null for none. What that run queued is sent now. */
  findLast(): Promise<Last | null>;
}

function createPlayer(ports: LifePorts, life: Life, clock: PastClock): Player {
  const { communities, people, intake } = ports;
  const { userId: peerId } = life;
  /** The service message whose button the client may press. */
  let asked: { externalId: string; tryKey: string } | null = null;

  /** By place, as they were when this life changed them last; read anew after the intake has changed them. */
  const known = new Map<number, Conversation>();

  /** By place, the network's last number that an earlier run has stored: its conversation may not have counted it. */
  const stored = new Map<number, number>();

  /** The network's number of a new message; only VK has them. */
  function nextPosition(place: number, tailPosition: number): number | null {
    if (communities[place]!.network !== 'vk') return null;
    return Math.max(tailPosition, stored.get(place) ?? 0) + 1;
  }

  async function find({ place }: Pick<Step, 'place'>): Promise<Conversation | null> {
    const communityId = communities[place]!.id;
    const found =
      known.get(place) ?? (await ports.conversations.findOne({ communityId, peerId }).lean<Conversation>());
    if (found) known.set(place, found);
    return found;
  }

  function keep({ place }: Step, outcome: object): void {
    if ('conversation' in outcome) known.set(place, outcome.conversation as Conversation);
    else known.delete(place);
  }

  async function ingest(
    step: Pick<Step, 'place' | 'atMs'>,
    tailPosition: number,
    message: Pick<NetworkMessage, 'text'> & { payload?: string },
  ): Promise<void> {
    const community = communities[step.place]!;
    const position = nextPosition(step.place, tailPosition);
    await intake.ingest(
      community,
      {
        type: 'message',
        message: {
          ...message,
          direction: 'in',
          randomId: null,
          peerId,
          externalId: position === null ? `sample.${life.no}.${step.atMs}` : String(position),
          position,
          authorExternalId: peerId,
          isFromAdministrator: false,
          attachments: [],
          replyTo: null,
          forwarded: [],
          sentAt: wholeSecond(clock.nowMs),
          editedAt: null,
          isBackfilled: false,
        },
      },
      { acceptGap: true },
    );
    known.delete(step.place);
  }

  /** The network has accepted what we sent. */
  async function accepted(
    step: Pick<Step, 'place'>,
    message: Message,
    { tailPosition }: Conversation,
  ): Promise<void> {
    if (message.status !== 'queued') return;
    const position = nextPosition(step.place, tailPosition);
    const externalId = position === null ? `sample.${message._id.toHexString()}` : String(position);
    const sentAt = wholeSecond(clock.nowMs);
    known.set(step.place, await ports.recordSent(message, { externalId, position, source: 'send', sentAt }));
  }

  async function findLast(): Promise<Last | null> {
    let newest: Last | null = null;
    for (const place of communities.keys()) {
      const found = await find({ place });
      if (!found) continue;
      const conversationId = found._id;
      // The kill may have come between a message and its conversation, which counts the network's numbers.
      known.set(place, await ports.conversationStore.rollForward(conversationId));
      const newestMessages = await ports.messages
        .find({ conversationId })
        .sort({ seq: -1 })
        .limit(NEWEST)
        .lean<Message[]>();
      stored.set(place, Math.max(0, ...newestMessages.map(({ position }) => position ?? 0)));
      const [last] = newestMessages;
      if (last && (!newest || last.createdAt > newest.createdAt)) newest = last;
      clock.nowMs = last?.createdAt.getTime() ?? 0;
      const queued = await ports.messages
        .find({ conversationId, 'outbox.dueAt': { $gt: new Date(0) } })
        .hint({ conversationId: 1, 'outbox.dueAt': 1 })
        .lean<Message[]>();
      for (const message of queued) await accepted({ place }, message, (await find({ place }))!);
    }
    return newest;
  }

  async function play(step: Step): Promise<void> {
    clock.nowMs = step.atMs;
    const personId = 'personNo' in step && step.personNo !== null ? people[step.personNo]!.id : null;
    if (step.kind === 'service') {
      const community = communities[step.place]!;
      const message = await playService(ports, { life, step, community, personId, clock });
      asked = message && {
        externalId: externalIdOf(message._id),
        tryKey: tryKeyOf(message._id, community.network),
      };
      // Its reports may have changed the thread.
      known.delete(step.place);
      return;
    }
    const conversation = await find(step);
    if (step.kind === 'reply') {
      const button = step.isButton && asked;
      const notify = button && { messageId: button.externalId, clientMessageId: button.tryKey };
      const payload = notify ? { payload: JSON.stringify({ notify }) } : {};
      await ingest(step, conversation?.tailPosition ?? 0, { text: step.text, ...payload });
      if (conversation) return;
      await ports.untilNamed((await find(step))!);
      known.delete(step.place);
      return;
    }
    // The month may end before the client has written.
    if (!conversation) return;
    await act(step, conversation);
  }

  async function act(
    step: Exclude<Step, { kind: 'service' | 'reply' }>,
    conversation: Conversation,
  ): Promise<void> {
    const actor = 'personNo' in step ? people[step.personNo]! : null;
    const clientToken = `sample-${life.no}-${step.atMs}`;
    switch (step.kind) {
      case 'seen':
        await intake.ingest(communities[step.place]!, {
          type: 'read',
          peerId,
          by: 'client',
          upToPosition: conversation.tailPosition,
        });
        known.delete(step.place);
        return;
      case 'tap': {
        const payload = await ports.buttonOfMark(conversation, step.mark);
        if (payload === null) return;
        return ingest(step, conversation.tailPosition, { text: String(step.mark), payload });
      }
      case 'opened':
        ports.register.recordView(actor!, conversation.clientId, ['thread'], conversation._id);
        return;
      case 'assigned':
        known.set(step.place, await assign(ports, conversation, actor!, assigneeOf(actor!)));
        return;
      case 'note':
        keep(step, await addNote(ports, conversation, actor!, { clientToken, text: step.text }));
        return;
      case 'labelled':
        known.set(step.place, await setLabels(ports, conversation, actor!, step.labels));
        return;
      case 'answer': {
        const written = await sendAgentAnswer(ports, conversation, actor!, {
          clientToken,
          text: step.text,
          uploads: step.fileName ? await attach(actor!.id, clientToken, step.fileName) : [],
          replyToMessageId: null,
          seenSeq: conversation.lastSeq,
        });
        keep(step, written);
        if (written.kind === 'written') await accepted(step, written.message, written.conversation);
        return;
      }
      case 'reopened':
        keep(step, await setStatus(ports, conversation, actor!, { status: 'open' }));
        return;
      case 'pending':
      case 'resolved': {
        const outcome = await setStatus(ports, conversation, actor!, {
          status: step.kind,
          seenSeq: conversation.lastSeq,
        });
        keep(step, outcome);
        if (step.kind !== 'resolved' || outcome.kind !== 'set' || !outcome.line) return;
        clock.nowMs += 1_000;
        const question = await ports.askForMark(outcome.conversation, outcome.line, actor!.id);
        known.delete(step.place);
        if (question) await accepted(step, question, (await find(step))!);
        return;
      }
    }
  }

  async function attach(personId: string, clientToken: string, fileName: string) {
    const owner = new Types.ObjectId(personId);
    const upload = await ports.uploads.save({
      stream: Readable.from([samplePdf(fileName)]),
      fileName,
      personId: owner,
    });
    const claimed =
      upload &&
      (await ports.uploads.claim([upload._id], {
        personId: owner,
        clientToken,
        isStored: async (token) =>
          (await ports.messages.exists({ personId: owner, clientToken: token })) !== null,
      }));
    return claimed ?? [];
  }

  return { play, findLast };
}
