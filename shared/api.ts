/**
 * The desk's HTTP contract: every endpoint with its method, path, who may call it and its schemas.
 * The server registers its routes from this table, the web calls through it, and the OpenAPI page is made of it.
 */
import { z } from 'zod';
import { gatewayEndpoints } from './gatewayApi.ts';
import { handMessageEndpoints } from './handMessagesApi.ts';
import { mailingEndpoints } from './mailingsApi.ts';
import {
  apiKeyPatch,
  apiKeyRotation,
  apiKeySecrets,
  apiKeyView,
  newApiKey,
  noticeStates,
  statusNoticeView,
} from './schemas/apiKey.ts';
import { clientView } from './schemas/client.ts';
import { id } from './schemas/common.ts';
import { communityPatch, communitySettings, communityView, newCommunity } from './schemas/community.ts';
import {
  conversationCounts,
  conversationRow,
  conversationsPage,
  conversationsQuery,
  labelList,
  statusChange,
} from './schemas/conversation.ts';
import { answerDraft, messageView, noteDraft, uploadView } from './schemas/message.ts';
import { newPerson, personAccount, personPatch, personView, type Role } from './schemas/person.ts';
import { templateEndpoints } from './templatesApi.ts';

export interface Endpoint {
  method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
  /** Express path under the desk's origin; every `:name` is an id checked by `params`. */
  path: string;
  summary: string;
  /** The least role that may call it. */
  role: Role;
  params?: z.ZodType;
  query?: z.ZodType;
  /** JSON, or `multipart` for one file in the field `file`. */
  body?: z.ZodType | 'multipart';
  /** Status of a success. 202 means accepted: what comes of it follows as an event. */
  status: 200 | 201 | 202;
  answer: z.ZodType;
}

const ofConversation = z.object({ conversationId: id });
const ofMessage = z.object({ messageId: id });
const ofPerson = z.object({ personId: id });
const ofCommunity = z.object({ communityId: id });
const ofApiKey = z.object({ keyId: id });
const done = z.object({ ok: z.literal(true) });

export const endpoints = {
  bootstrap: {
    method: 'GET',
    path: '/api/desk',
    summary: 'Who is signed in, colleagues, communities and what this desk can do',
    role: 'agent',
    status: 200,
    answer: z.object({
      me: personAccount,
      people: z.array(personView),
      communities: z.array(communityView),
      /** Where the sandbox's page is, when this desk runs with one. */
      sandboxUrl: z.string().nullable(),
    }),
  },
  listConversations: {
    method: 'GET',
    path: '/api/conversations',
    summary: 'One page of the list, the latest activity first',
    role: 'agent',
    query: conversationsQuery,
    status: 200,
    answer: conversationsPage,
  },
  countConversations: {
    method: 'GET',
    path: '/api/conversations/counts',
    summary: 'How many open conversations wait in each filter with something unread, counted up to 100',
    role: 'agent',
    status: 200,
    answer: conversationCounts,
  },
  readConversation: {
    method: 'GET',
    path: '/api/conversations/:conversationId',
    summary: 'One row of the list',
    role: 'agent',
    params: ofConversation,
    status: 200,
    answer: conversationRow,
  },
  listMessages: {
    method: 'GET',
    path: '/api/conversations/:conversationId/messages',
    summary:
      'One page of a thread by seq; the newest when neither bound is given. Messages come in ascending seq',
    role: 'agent',
    params: ofConversation,
    query: z.strictObject({
      beforeSeq: z.coerce.number().int().positive().optional(),
      afterSeq: z.coerce.number().int().nonnegative().optional(),
      limit: z.coerce.number().int().min(1).max(200).default(50),
    }),
    status: 200,
    answer: z.object({
      /** Read before the messages: they are at least as new as this row's revision. */
      row: conversationRow,
      messages: z.array(messageView),
      hasOlder: z.boolean(),
    }),
  },
  sendAnswer: {
    method: 'POST',
    path: '/api/conversations/:conversationId/answers',
    summary:
      'Answers the client. Accepted when stored; sending follows. The same clientToken is the same message',
    role: 'agent',
    params: ofConversation,
    body: answerDraft,
    status: 202,
    answer: messageView,
  },
  addNote: {
    method: 'POST',
    path: '/api/conversations/:conversationId/notes',
    summary: 'Adds a note that only colleagues see',
    role: 'agent',
    params: ofConversation,
    body: noteDraft,
    status: 201,
    answer: messageView,
  },
  markRead: {
    method: 'POST',
    path: '/api/conversations/:conversationId/read',
    summary: 'Says that a colleague has read the thread up to this seq',
    role: 'agent',
    params: ofConversation,
    body: z.strictObject({ upToSeq: z.number().int().positive() }),
    status: 200,
    answer: conversationRow,
  },
  assign: {
    method: 'PUT',
    path: '/api/conversations/:conversationId/assignee',
    summary: 'Gives the conversation to a person, or to nobody',
    role: 'agent',
    params: ofConversation,
    body: z.strictObject({ personId: id.nullable() }),
    status: 200,
    answer: conversationRow,
  },
  setStatus: {
    method: 'PUT',
    path: '/api/conversations/:conversationId/status',
    summary: 'Opens, postpones or resolves the conversation',
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
    summary: 'Takes one file, to be attached to an answer within a day',
    role: 'agent',
    body: 'multipart',
    status: 201,
    answer: uploadView,
  },
  readClient: {
    method: 'GET',
    path: '/api/clients/:clientId',
    summary: "A client's card with their latest conversations",
    role: 'agent',
    params: z.object({ clientId: id }),
    status: 200,
    answer: z.object({ client: clientView, conversations: z.array(conversationRow) }),
  },
  listCommunities: {
    method: 'GET',
    path: '/api/communities',
    summary: 'Connected communities with their settings',
    role: 'administrator',
    status: 200,
    answer: z.object({ communities: z.array(communitySettings) }),
  },
  connectCommunity: {
    method: 'POST',
    path: '/api/communities',
    summary: 'Checks a token with the network and connects its community',
    role: 'administrator',
    body: newCommunity,
    status: 201,
    answer: communitySettings,
  },
  changeCommunity: {
    method: 'PATCH',
    path: '/api/communities/:communityId',
    summary: 'Changes the token, the intake, or switches the community on and off',
    role: 'administrator',
    params: ofCommunity,
    body: communityPatch,
    status: 200,
    answer: communitySettings,
  },
  listPeople: {
    method: 'GET',
    path: '/api/people',
    summary: 'Everyone who can sign in',
    role: 'administrator',
    status: 200,
    answer: z.object({ people: z.array(personAccount) }),
  },
  addPerson: {
    method: 'POST',
    path: '/api/people',
    summary: 'Adds a person with a first password',
    role: 'administrator',
    body: newPerson,
    status: 201,
    answer: personAccount,
  },
  changePerson: {
    method: 'PATCH',
    path: '/api/people/:personId',
    summary: 'Changes a name, role, communities or password, or switches the person on and off',
    role: 'administrator',
    params: ofPerson,
    body: personPatch,
    status: 200,
    answer: personAccount,
  },
  listApiKeys: {
    method: 'GET',
    path: '/api/keys',
    summary: "Keys of the company's own systems, without their secrets",
    role: 'administrator',
    status: 200,
    answer: z.object({ keys: z.array(apiKeyView) }),
  },
  makeApiKey: {
    method: 'POST',
    path: '/api/keys',
    summary: 'Makes a key; its secrets are in this answer and never again',
    role: 'administrator',
    body: newApiKey,
    status: 201,
    answer: apiKeySecrets,
  },
  changeApiKey: {
    method: 'PATCH',
    path: '/api/keys/:keyId',
    summary: "Changes a key's name, rights, rate or status address, or switches it on and off",
    role: 'administrator',
    params: ofApiKey,
    body: apiKeyPatch,
    status: 200,
    answer: apiKeyView,
  },
  rotateApiKey: {
    method: 'POST',
    path: '/api/keys/:keyId/rotate',
    summary: 'Makes a new secret; the one of before works on for the overlap',
    role: 'administrator',
    params: ofApiKey,
    body: apiKeyRotation,
    status: 200,
    answer: apiKeySecrets,
  },
  renewWebhookSecret: {
    method: 'POST',
    path: '/api/keys/:keyId/webhook-secret',
    summary: 'Makes a new secret that signs what is posted to the status address; it is used at once',
    role: 'administrator',
    params: ofApiKey,
    status: 200,
    answer: apiKeySecrets,
  },
  listStatusNotices: {
    method: 'GET',
    path: '/api/keys/:keyId/notices',
    summary: 'What the systems behind a key were told of their latest messages',
    role: 'administrator',
    params: ofApiKey,
    query: z.strictObject({ state: z.enum(noticeStates).optional() }),
    status: 200,
    answer: z.object({ notices: z.array(statusNoticeView) }),
  },
  sendNoticeAgain: {
    method: 'POST',
    path: '/api/keys/:keyId/notices/again',
    summary: 'Tells one status once more',
    role: 'administrator',
    params: ofApiKey,
    body: z.strictObject({ messageId: id, sequence: z.number().int().nonnegative() }),
    status: 202,
    answer: done,
  },
  renameMe: {
    method: 'PATCH',
    path: '/api/me',
    summary: 'Changes the own name',
    role: 'agent',
    body: personPatch.pick({ name: true }),
    status: 200,
    answer: personAccount,
  },
  signOutEverywhere: {
    method: 'POST',
    path: '/api/me/sessions/end',
    summary: 'Ends all of the own sessions',
    role: 'agent',
    status: 200,
    answer: done,
  },
  ...templateEndpoints,
  ...gatewayEndpoints,
  ...mailingEndpoints,
  ...handMessageEndpoints,
} as const satisfies Record<string, Endpoint>;

export type Endpoints = typeof endpoints;
export type EndpointName = keyof Endpoints;

type Parsed<S> = S extends z.ZodType ? z.output<S> : undefined;
type Given<S> = S extends z.ZodType ? z.input<S> : S extends 'multipart' ? FormDataLike : undefined;
/** The browser's FormData, named structurally because this folder knows no DOM. */
export interface FormDataLike {
  append(name: string, value: unknown, fileName?: string): void;
}
type Part<E, K extends 'params' | 'query' | 'body'> = E extends Record<K, infer S> ? S : undefined;

/** What a handler receives, checked. */
export interface CheckedRequest<N extends EndpointName> {
  params: Parsed<Part<Endpoints[N], 'params'>>;
  query: Parsed<Part<Endpoints[N], 'query'>>;
  body: Parsed<Part<Endpoints[N], 'body'>>;
}
/** What a caller gives. */
export interface CallInput<N extends EndpointName> {
  params: Given<Part<Endpoints[N], 'params'>>;
  query: Given<Part<Endpoints[N], 'query'>>;
  body: Given<Part<Endpoints[N], 'body'>>;
}
export type CallAnswer<N extends EndpointName> = z.output<Endpoints[N]['answer']>;
