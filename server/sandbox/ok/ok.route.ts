/** OK over HTTP: the Bot API's methods at `/ok/graph`, and uploads. Every answer is HTTP 200, refusals too. */
import { randomUUID } from 'node:crypto';
import express, { type Request, type RequestHandler, type Response, type Router } from 'express';
import multer from 'multer';
import type { FaultState } from '../faultState.ts';
import { callWithFaults } from '../faultyCall.ts';
import type { MediaLibrary } from '../mediaLibrary.ts';
import { avatarSvg } from '../pictures.ts';
import { slowUpload } from '../slowUpload.ts';
import { exactJson } from './exactJson.ts';
import type { OkMessaging } from './okMessaging.ts';
import { OkRefusal } from './okRefusal.ts';
import type { OkViews } from './okViews.ts';
import {
  isKnownToGroup,
  type OkAttachment,
  type OkChatState,
  type OkGroup,
  type OkWorld,
} from './okWorld.ts';
import {
  type OkSendRequest,
  okErrorCodes,
  sendRequest,
  subscribeRequest,
  textLimitChars,
} from './protocol.ts';

const usualCount = 20;
const mostCount = 100;
const mostUploadBytes = 64 * 1024 * 1024;
const fileTypes = ['FILE', 'IMAGE', 'VIDEO', 'AUDIO'];

interface SentBody {
  message?: { text?: unknown };
}

type Method = (req: Request, group: OkGroup) => object;

export function okRoutes(deps: {
  ok: OkWorld;
  messaging: OkMessaging;
  views: OkViews;
  media: MediaLibrary;
  faults: FaultState;
  baseUrl: () => string;
  /** Counts the call under its method's name. */
  onCall: (group: OkGroup, name: string) => void;
}): Router {
  const { ok, messaging, views, media, faults, baseUrl } = deps;
  const router = express.Router();
  const tickets = new Map<string, { type: string; token: string }>();
  const uploads = new Map<string, OkAttachment>();

  function call(name: string, method: Method): RequestHandler {
    return callWithFaults(faults, `ok.${name}`, {
      respond: (req, res) => answer(res, () => method(req, callerOf(req, name))),
      handedOver: ({ method: verb, body }) =>
        verb === 'POST' && name === 'me/messages'
          ? [{ message: String((body as SentBody).message?.text), ttlSeconds: null }]
          : [],
      fail: (res, code) => res.json(new OkRefusal(code, 'A fault makes the sandbox fail').body),
    });
  }

  function callerOf(req: Request, name: string): OkGroup {
    const token = req.query.access_token;
    if (typeof token !== 'string') throw new OkRefusal(okErrorCodes.PARAM, 'No access_token', 'access_token');
    const group = faults.current.tokenInvalid ? undefined : ok.groupByToken(token);
    if (!group) throw new OkRefusal(okErrorCodes.PARAM_ACCESS_KEY, 'The access token is not valid');
    deps.onCall(group, name);
    return group;
  }

  function requireChat(group: OkGroup, chatId: unknown): OkChatState {
    const chat = ok.chatById(group, String(chatId));
    if (!chat) throw new OkRefusal(okErrorCodes.NOT_FOUND, 'No such chat', 'chat_id');
    return chat;
  }

  router.get('/avatars/:okGroupId', (req, res) => {
    const group = ok.groups.get(req.params.okGroupId);
    if (!group) {
      res.status(404).end();
      return;
    }
    res.set({ 'cross-origin-resource-policy': 'cross-origin', 'cache-control': 'max-age=3600' });
    res.type('image/svg+xml').send(avatarSvg(group.name.length, group.name));
  });

  const json = express.json({ limit: '1mb' });

  router.get(
    '/graph/me/chats',
    call('me/chats', (req, group) => {
      const from = whole(req, 'marker') ?? 0;
      const count = Math.min(whole(req, 'count') ?? usualCount, mostCount);
      const known = [...group.chats.values()].filter(isKnownToGroup);
      const next = from + count;
      return {
        chats: known.slice(from, next).map((chat) => views.chat(chat)),
        ...(next < known.length ? { marker: next } : {}),
      };
    }),
  );

  router.get(
    '/graph/me/chat',
    call('me/chat', (req, group) => views.chat(requireChat(group, req.query.chat_id))),
  );

  router.get(
    '/graph/me/messages/:chatId',
    call('me/messages', (req, group) => {
      const chat = requireChat(group, req.params.chatId);
      const from = whole(req, 'from') ?? 0;
      const to = whole(req, 'to') ?? Number.POSITIVE_INFINITY;
      const count = Math.min(whole(req, 'count') ?? usualCount, mostCount);
      const matching = chat.messages.filter(({ isHidden, atMs }) => !isHidden && atMs >= from && atMs <= to);
      return {
        messages: matching
          .slice(-count)
          .reverse()
          .map((one) => views.message(group, chat, one)),
      };
    }),
  );

  const send = call('me/messages', (req, group) => {
    const parsed = sendRequest.safeParse(req.body);
    if (!parsed.success) {
      const issue = parsed.error.issues[0];
      throw new OkRefusal(okErrorCodes.PARAM, issue?.message ?? 'Not a message', issue?.path.join('.'));
    }
    const chat = addressee(group, parsed.data.recipient, req.params.chatId);
    if (!chat.hasClientWritten)
      throw new OkRefusal(okErrorCodes.PERMISSION_DENIED, 'The person has not written to the group');
    const { text, reply_to: replyTo } = parsed.data.message;
    if ([...text].length > textLimitChars)
      throw new OkRefusal(okErrorCodes.PARAM, 'The text is too long', 'text');
    const attachments = parsed.data.message.attachments.map(resolve);
    if (text === '' && attachments.length === 0)
      throw new OkRefusal(okErrorCodes.PARAM, 'The message is empty', 'message');
    const draft = { text, attachments, ...(replyTo === undefined ? {} : { replyTo }) };
    return { success: true, message_id: messaging.groupWrites(group, chat.userId, draft).mid };
  });
  router.post('/graph/me/messages', json, send);
  router.post('/graph/me/messages/:chatId', json, send);

  function addressee(group: OkGroup, recipient: OkSendRequest['recipient'], chatId: unknown): OkChatState {
    if (chatId !== undefined) return requireChat(group, chatId);
    if ('chat_id' in recipient) return requireChat(group, recipient.chat_id);
    for (const chat of group.chats.values())
      if (views.client(chat.userId).user_id === recipient.user_id && isKnownToGroup(chat)) return chat;
    throw new OkRefusal(okErrorCodes.PERMISSION_DENIED, 'The group has no chat with this person');
  }

  function resolve(attachment: { type: string; payload: object }): OkAttachment {
    if (!('token' in attachment.payload))
      return { type: attachment.type, payload: { ...attachment.payload } };
    const uploaded = uploads.get(String(attachment.payload.token));
    if (!uploaded) throw new OkRefusal(okErrorCodes.NOT_FOUND, 'No such upload', 'token');
    return { type: attachment.type, payload: uploaded.payload };
  }

  router.get(
    '/graph/me/fileUploadUrl',
    call('me/fileUploadUrl', (req) => {
      const type = String(req.query.type ?? 'FILE').toUpperCase();
      if (!fileTypes.includes(type)) throw new OkRefusal(okErrorCodes.PARAM, 'No such type of files', 'type');
      const ticket = randomUUID();
      const token = randomUUID();
      tickets.set(ticket, { type, token });
      const url = `${baseUrl()}/ok/upload/${ticket}`;
      return type === 'IMAGE' ? { url, file_id: ticket.slice(0, 8) } : { url, token };
    }),
  );

  const form = multer({ storage: multer.memoryStorage(), limits: { fileSize: mostUploadBytes, files: 1 } });
  router.post('/upload/:ticket', slowUpload(faults), form.any(), (req, res) => {
    const file = (req.files as Express.Multer.File[] | undefined)?.[0];
    const ticket = tickets.get(String(req.params.ticket));
    tickets.delete(String(req.params.ticket));
    if (file && ticket) {
      const stored = media.store(file.originalname, file.mimetype, file.buffer);
      uploads.set(ticket.token, { type: ticket.type, payload: { url: media.linkTo(stored) } });
    }
    if (file && ticket && ticket.type !== 'IMAGE') {
      res.end();
      return;
    }
    answer(res, () => {
      if (!file || !ticket) throw new OkRefusal(okErrorCodes.PARAM, 'No file, or this address was used');
      return { photos: { [randomUUID()]: { token: ticket.token } } };
    });
  });

  router.post(
    '/graph/me/subscribe',
    json,
    call('me/subscribe', (req, group) => {
      const parsed = subscribeRequest.safeParse(req.body);
      if (!parsed.success) throw new OkRefusal(okErrorCodes.PARAM, 'The url is not one', 'url');
      const { url, types } = parsed.data;
      group.webhooks = [...group.webhooks.filter((one) => one.url !== url), { url, types, atMs: Date.now() }];
      return { success: true };
    }),
  );

  router.post(
    '/graph/me/unsubscribe',
    json,
    call('me/unsubscribe', (req, group) => {
      const { url } = (req.body ?? {}) as { url?: unknown };
      group.webhooks = group.webhooks.filter((one) => one.url !== url);
      return { success: true };
    }),
  );

  router.get(
    '/graph/me/subscriptions',
    call('me/subscriptions', (_req, group) => ({
      subscriptions: group.webhooks.map(({ url, atMs }) => ({ url, time: atMs })),
    })),
  );

  return router;
}

function answer(res: Response, work: () => object): void {
  try {
    const body = exactJson(work());
    res.type('application/json').send(body);
  } catch (error) {
    if (!(error instanceof OkRefusal)) throw error;
    res.json(error.body);
  }
}

function whole(req: Request, name: string): number | undefined {
  const text = req.query[name];
  if (text === undefined) return undefined;
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0)
    throw new OkRefusal(okErrorCodes.PARAM, 'Not a whole number', name);
  return value;
}
