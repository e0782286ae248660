/** The HTTP contract of conversations: the list, threads, answers and their files. */
import { z } from 'zod';
import type { Endpoint } from './endpoint.ts';
import { limits } from './limits.ts';
import { id } from './schemas/common.ts';
import {
  conversationRow,
  conversationsPage,
  conversationsQuery,
  labelList,
  readMark,
  readMarks,
  statusChange,
} from './schemas/conversation.ts';
import { draftSave, storedDraft } from './schemas/draft.ts';
import { answerDraft, messageView, noteDraft, uploadView } from './schemas/message.ts';

const ofConversation = z.object({ conversationId: id });
const ofMessage = z.object({ messageId: id });

export const conversationEndpoints = {
  listConversations: {
    method: 'GET',
    path: '/api/conversations',
    summary: 'One page of the list: the latest activity first, or the longest wait in lists of what waits',
    role: 'agent',
    query: conversationsQuery,
    status: 200,
    answer: conversationsPage,
  },
  readConversation: {
    method: 'GET',
    path: '/api/conversations/:conversationId',
    summary: 'One conversation, as the list shows it',
    role: 'agent',
    params: ofConversation,
    status: 200,
    answer: conversationRow,
  },
  listMessages: {
    method: 'GET',
    path: '/api/conversations/:conversationId/messages',
    summary:
      'One page of a thread by seq; the newest when neither bound is given. Messages are in ascending order of seq',
    role: 'agent',
    params: ofConversation,
    query: z.strictObject({
      beforeSeq: z.coerce.number().int().positive().optional(),
      afterSeq: z.coerce.number().int().nonnegative().optional(),
      limit: z.coerce.number().int().min(1).max(200).default(50),
    }),
    status: 200,
    answer: z.object({
      /** Read before the messages: they are at least as new as this conversation's revision. */
      row: conversationRow,
      messages: z.array(messageView),
      hasOlder: z.boolean(),
      readMarks,
    }),
  },
  sendAnswer: {
    method: 'POST',
    path: '/api/conversations/:conversationId/answers',
    summary:
      'Answers the client. Accepted once stored, sent later. A repeat with the same clientToken sends nothing more. ' +
      'A reply after seenSeq goes on waiting',
    role: 'agent',
    params: ofConversation,
    body: answerDraft,
    status: 202,
    answer: messageView,
  },
  addNote: {
    method: 'POST',
    path: '/api/conversations/:conversationId/notes',
    summary: "Adds a note that only the company's people see",
    role: 'agent',
    params: ofConversation,
    body: noteDraft,
    status: 201,
    answer: messageView,
  },
  markRead: {
    method: 'POST',
    path: '/api/conversations/:conversationId/read',
    summary:
      'Marks the thread as read up to this seq, for the caller alone. Changes nothing for a supervisor who reads ' +
      'without marks',
    role: 'agent',
    params: ofConversation,
    body: z.strictObject({ upToSeq: z.number().int().positive() }),
    status: 200,
    answer: z.object({ readMark: readMark.nullable() }),
  },
  listReadMarks: {
    method: 'POST',
    path: '/api/read-marks',
    summary: "The caller's own read marks in these conversations",
    role: 'agent',
    body: z.strictObject({ conversationIds: z.array(id).max(limits.readMarksPage) }),
    status: 200,
    answer: z.object({ readMarks }),
  },
  listDrafts: {
    method: 'GET',
    path: '/api/drafts',
    summary: "The caller's own drafts, the newest hundred",
    role: 'agent',
    status: 200,
    answer: z.object({ drafts: z.array(storedDraft) }),
  },
  saveDraft: {
    method: 'PUT',
    path: '/api/conversations/:conversationId/draft',
    summary:
      "Saves the caller's own draft. Changes nothing when another device has saved since baseRevision, and answers what " +
      'is stored',
    role: 'agent',
    params: ofConversation,
    body: draftSave,
    status: 200,
    answer: z.object({ isSaved: z.boolean(), draft: storedDraft }),
  },
  assign: {
    method: 'PUT',
    path: '/api/conversations/:conversationId/assignee',
    summary: 'Assigns the conversation to a person, or to nobody',
    role: 'agent',
    params: ofConversation,
    body: z.strictObject({ personId: id.nullable() }),
    status: 200,
    answer: conversationRow,
  },
  setStatus: {
    method: 'PUT',
    path: '/api/conversations/:conversationId/status',
    summary:
      'Opens, snoozes or resolves the conversation; the server counts the end of a snooze. Refused with newerReply ' +
      'when the client has written after seenSeq',
    role: 'agent',
    params: ofConversation,
    body: statusChange,
    status: 200,
    answer: conversationRow,
  },
  setLabels: {
    method: 'PUT',
    path: '/api/conversations/:conversationId/labels',
    summary: 'Replaces the labels',
    role: 'agent',
    params: ofConversation,
    body: z.strictObject({ labels: labelList }),
    status: 200,
    answer: conversationRow,
  },
  retryMessage: {
    method: 'POST',
    path: '/api/messages/:messageId/retry',
    summary: 'Tries a failed answer again, with the same random_id',
    role: 'agent',
    params: ofMessage,
    status: 202,
    answer: messageView,
  },
  upload: {
    method: 'POST',
    path: '/api/uploads',
    summary: 'Uploads one file, to be attached to an answer within a day',
    role: 'agent',
    body: 'multipart',
    status: 201,
    answer: uploadView,
  },
} as const satisfies Record<string, Endpoint>;
