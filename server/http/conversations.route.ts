/** Conversations over HTTP: the list, a thread's pages, answers, notes, and actions such as assigning or snoozing. */
import { type Model, Types } from 'mongoose';
import type { Change } from '../../shared/events.ts';
import { limits } from '../../shared/limits.ts';
import { isBlank } from '../../shared/unseen.ts';
import type { Register } from '../accessRegister/register.ts';
import { can, conversationFilterFor } from '../auth/permissions.ts';
import type { SignedInPerson } from '../auth/signedIn.ts';
import type { Client } from '../clients/client.model.ts';
import { toClientView } from '../clients/clientView.ts';
import type { Conversation } from '../conversations/conversation.model.ts';
import { toConversationRow } from '../conversations/list/conversationRow.ts';
import { listConversations } from '../conversations/list/listConversations.ts';
import type { Message } from '../conversations/message.model.ts';
import {
  type AnswersDeps,
  addNote,
  retryAnswer,
  sendAgentAnswer,
  type Written,
} from '../conversations/outbox/answers.ts';
import { type ActionDeps, assign, setLabels, setStatus } from '../conversations/thread/actions.ts';
import { listMessages } from '../conversations/thread/listMessages.ts';
import { toMessageView } from '../conversations/thread/messageView.ts';
import { findMarks, markReadUpTo, marksIn, type ReadMarkDeps } from '../conversations/thread/readMarks.ts';
import type { Sealing } from '../storage/sealing.ts';
import type { UploadStore } from '../uploads/uploadStore.ts';
import type { EndpointRouter } from './endpointRouter.ts';
import { DeskError } from './errors.ts';

const snoozeRefusals = {
  snoozeInPast: 'The snooze would end in the past',
  snoozeTooFar: `A conversation can be snoozed for at most ${limits.snoozeDaysMax} days`,
};

export interface ConversationRouteDeps extends ActionDeps, AnswersDeps, ReadMarkDeps {
  companyId: Types.ObjectId;
  conversations: Model<Conversation>;
  clients: Model<Client>;
  messages: Model<Message>;
  uploads: UploadStore;
  sealing: Sealing;
  register: Pick<Register, 'recordView'>;
  /** A person who may be assigned conversations; null when unknown or switched off. */
  findAssignee(personId: string): Promise<{ id: Types.ObjectId; name: string } | null>;
  /** An agent has read the client's messages up to this one: the network may show it. */
  readInDesk(conversation: Conversation, newestRead: Message): void;
  publish(change: Change): void;
  /** A person has resolved the conversation by this line: its client may be asked for a mark. */
  resolved(conversation: Conversation, line: Message, person: SignedInPerson): void;
}

export function conversationRoutes({ handle }: EndpointRouter, deps: ConversationRouteDeps): void {
  const { conversations, messages, companyId } = deps;

  const audienceOf = (person: SignedInPerson) => ({ companyId, ...conversationFilterFor(person) });

  /** A conversation that the person may not see is answered as if it did not exist. */
  async function visibleConversation(person: SignedInPerson, conversationId: string): Promise<Conversation> {
    const conversation = await conversations
      .findOne({ _id: new Types.ObjectId(conversationId), ...audienceOf(person) })
      .lean<Conversation>();
    if (!conversation) throw new DeskError('conversationNotFound', { message: 'Conversation not found' });
    return conversation;
  }

  /** An erased thread accepts no new messages. */
  async function writableConversation(person: SignedInPerson, conversationId: string): Promise<Conversation> {
    const conversation = await visibleConversation(person, conversationId);
    if (conversation.erasedAt)
      throw new DeskError('clientErased', { message: 'The client’s data was erased' });
    return conversation;
  }

  /** A tab may send what it kept after another person has signed in: it must not go out in that person's name. */
  function assertWriter(person: SignedInPerson, writerId: string | undefined): void {
    if (writerId !== undefined && writerId !== person.id)
      throw new DeskError('otherWriter', { message: 'Another person wrote this', field: 'writerId' });
  }

  handle('listConversations', async ({ query, person }) => {
    const page = await listConversations(conversations, {
      ...query,
      audience: audienceOf(person),
      personId: new Types.ObjectId(person.id),
    });
    return {
      rows: page.rows.map(toConversationRow),
      readMarks: await marksIn(deps.readMarks, person.id, page.rows),
      nextCursor: page.nextCursor,
    };
  });

  handle('readConversation', async ({ params, person }) =>
    toConversationRow(await visibleConversation(person, params.conversationId)),
  );

  handle('listMessages', async ({ params, query, person }) => {
    const conversation = await visibleConversation(person, params.conversationId);
    const page = await listMessages(messages, conversation, query);
    deps.register.recordView(person, conversation.clientId, ['thread'], conversation._id);
    return {
      row: toConversationRow(conversation),
      messages: page.messages.map(toMessageView),
      hasOlder: page.hasOlder,
      readMarks: await marksIn(deps.readMarks, person.id, [conversation]),
    };
  });

  handle('sendAnswer', async ({ params, body, person }) => {
    assertWriter(person, body.writerId);
    const conversation = await writableConversation(person, params.conversationId);
    if (isBlank(body.text) && body.uploadIds.length === 0)
      throw new DeskError('answerEmpty', { message: 'An answer must have a text or a file', field: 'text' });
    const ids = body.uploadIds.map((id) => new Types.ObjectId(id));
    const { clientToken, text, replyToMessageId, seenSeq, cannedAnswerIds } = body;
    const personId = new Types.ObjectId(person.id);
    const uploads = await deps.uploads.claim(ids, {
      personId,
      clientToken,
      isStored: async (token) => (await messages.exists({ personId, clientToken: token })) !== null,
    });
    if (!uploads)
      throw new DeskError('uploadNotFound', { message: 'A file is no longer stored', field: 'uploadIds' });
    const written = await sendAgentAnswer(deps, conversation, person, {
      clientToken,
      text,
      replyToMessageId,
      seenSeq,
      cannedAnswerIds,
      uploads,
    });
    return toMessageView(messageOf(written));
  });

  handle('addNote', async ({ params, body, person }) => {
    assertWriter(person, body.writerId);
    const conversation = await writableConversation(person, params.conversationId);
    return toMessageView(messageOf(await addNote(deps, conversation, person, body)));
  });

  handle('markRead', async ({ params, body, person }) => {
    const conversation = await visibleConversation(person, params.conversationId);
    if (!person.marksRead) return { readMark: null };
    const { readMark, newestRead } = await markReadUpTo(deps, person.id, conversation, body.upToSeq);
    if (readMark) deps.publish({ type: 'readMark.moved', personId: person.id, readMark });
    if (newestRead) deps.readInDesk(conversation, newestRead);
    return { readMark };
  });

  // Each person finds their own marks only, so a conversation that they may not see gives nothing away.
  handle('listReadMarks', async ({ body, person }) => ({
    readMarks: await findMarks(deps.readMarks, person.id, body.conversationIds),
  }));

  handle('assign', async ({ params, body, person }) => {
    const conversation = await visibleConversation(person, params.conversationId);
    const assignee = body.personId ? await deps.findAssignee(body.personId) : null;
    if (body.personId && !assignee)
      throw new DeskError('notFound', { message: 'Person not found', field: 'personId' });
    return toConversationRow(await assign(deps, conversation, person, assignee));
  });

  handle('setStatus', async ({ params, body, person }) => {
    const conversation = await visibleConversation(person, params.conversationId);
    const outcome = await setStatus(deps, conversation, person, body);
    if (outcome.kind === 'refused')
      throw new DeskError(outcome.code, { message: snoozeRefusals[outcome.code], field: 'snooze' });
    if (outcome.kind === 'newerReply')
      throw new DeskError('newerReply', { message: 'The client has written meanwhile', field: 'seenSeq' });
    if (outcome.line && body.status === 'resolved') deps.resolved(outcome.conversation, outcome.line, person);
    return toConversationRow(outcome.conversation);
  });

  handle('setLabels', async ({ params, body, person }) => {
    const conversation = await writableConversation(person, params.conversationId);
    return toConversationRow(await setLabels(deps, conversation, person, body.labels));
  });

  handle('retryMessage', async ({ params, person }) => {
    const message = await messages
      .findOne({ _id: new Types.ObjectId(params.messageId), ...audienceOf(person) })
      .lean<Message>();
    if (!message) throw new DeskError('messageNotFound', { message: 'Message not found' });
    const queued = await retryAnswer(deps, message);
    if (!queued)
      throw new DeskError('messageNotRetryable', { message: 'Only a failed answer can be sent again' });
    return toMessageView(queued);
  });

  handle('readClient', async ({ params, person }) => {
    const rows = await conversations
      .find({ clientId: new Types.ObjectId(params.clientId), lastSeq: { $gt: 0 }, ...audienceOf(person) })
      .sort({ lastActivityAt: -1 })
      .limit(CARD_CONVERSATIONS)
      .lean<Conversation[]>();
    const client =
      rows.length > 0
        ? await deps.clients.findOne({ _id: new Types.ObjectId(params.clientId), companyId }).lean<Client>()
        : null;
    if (!client) throw new DeskError('notFound', { message: 'Client not found' });
    const sawPhone = client.phoneSealed !== null && can(person, 'readFullPhone');
    deps.register.recordView(person, client._id, sawPhone ? ['card', 'phone'] : ['card']);
    return {
      client: toClientView(client, person.role, deps.sealing),
      conversations: rows.map(toConversationRow),
    };
  });
}

const CARD_CONVERSATIONS = 20;

function messageOf(written: Written): Message {
  if (written.kind === 'written') return written.message;
  throw new DeskError('clientTokenReused', {
    message: 'This clientToken has already been used for another message',
    field: 'clientToken',
  });
}
