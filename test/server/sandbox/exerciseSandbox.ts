/** Makes the sandbox give every answer and send every event, and validates each against a schema. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pino } from 'pino';
import { attachmentTypes, sampleAttachment } from '../../../server/sandbox/attachments.ts';
import { type Sandbox, startSandbox } from '../../../server/sandbox/startSandbox.ts';
import { describeErrors, type VkSchema } from './vkSchema.ts';

export interface Row {
  name: string;
  problems: string[];
}

const groupId = 77;
const userId = 501;
const silentUserId = 502;
const token = 'schema-token';
const greeting = { groupId, userId, text: 'Здравствуйте' };
/** VK really sends these, although the schema's list of attachment types omits them. */
const unlistedAttachments = ['podcast', 'story', 'market_album', 'mini_app'];
/** Event type -> definition of its object in callback/objects.json. */
const eventObjects: Record<string, string> = {
  message_new: 'callback_message_new',
  message_reply: 'callback_message',
  message_edit: 'callback_message',
  message_allow: 'callback_message_allow',
  message_deny: 'callback_message_deny',
  message_read: 'callback_message_read',
  message_typing_state: 'callback_message_typing_state',
  message_event: 'callback_message_event',
  message_reaction_event: 'callback_message_reaction_event',
};

type Params = Record<string, string | number>;

/** Calls a method over HTTP and validates the answer against the method's response of that name. */
type Call = (method: string, params: Params, responseName?: string) => Promise<Record<string, unknown>>;

export async function exerciseSandbox(schema: VkSchema): Promise<Row[]> {
  const sandbox = await startSandbox({ port: 0, logger: pino({ level: 'silent' }) });
  const rows: Row[] = [];
  try {
    sandbox.control.setSettings({ rateLimitPerSecond: null });
    sandbox.control.createCommunity({ groupId, name: 'Сверка', screenName: 'sverka', token });
    sandbox.control.createUser({
      userId,
      firstName: 'Анна',
      lastName: 'Смирнова',
      phone: '+79990000001',
      sex: 1,
    });
    sandbox.control.createUser({ userId: silentUserId, firstName: 'Борис', phone: '+79990000002' });
    const call: Call = async (method, params, responseName = 'response') => {
      const answer = await post(sandbox, method, params);
      rows.push({
        name: `${method} ${responseName}`,
        problems: problemsOfAnswer(schema, method, responseName, answer),
      });
      return answer;
    };
    const { server, key, ts } = (await call('groups.getLongPollServer', {})).response as Record<
      string,
      string
    >;
    await exerciseGroups(call);
    sandbox.control.clientSends(greeting);
    await exerciseUploads(sandbox, call);
    await exerciseMessages(sandbox, call);
    makeEveryEvent(sandbox);
    const polled = (await (await fetch(`${server}?act=a_check&key=${key}&ts=${ts}&wait=1`)).json()) as {
      updates: Event[];
    };
    rows.push(...checkEvents(schema, polled.updates), ...(await checkErrors(schema, sandbox)));
    return rows;
  } finally {
    await sandbox.close();
  }
}

async function post(sandbox: Sandbox, method: string, params: Params): Promise<Record<string, unknown>> {
  const body = new URLSearchParams({ v: '5.199', access_token: token, group_id: String(groupId) });
  for (const [key, value] of Object.entries(params)) body.set(key, String(value));
  return (await (await fetch(`${sandbox.apiBaseUrl}/${method}`, { method: 'POST', body })).json()) as never;
}

function problemsOfAnswer(schema: VkSchema, method: string, responseName: string, answer: object): string[] {
  if (!schema.responsesOf(method)?.includes(responseName))
    return [`the schema knows no ${responseName} of ${method}`];
  if (!('response' in answer)) return [`answered with an error: ${JSON.stringify(answer)}`];
  const validate = schema.response(method, responseName);
  return validate(answer) ? [] : describeErrors(validate.errors);
}

async function exerciseGroups(call: Call): Promise<void> {
  await call('groups.getById', { fields: 'photo_max,description,members_count' });
  await call('groups.getTokenPermissions', {});
  await call('groups.setLongPollSettings', { enabled: 1, api_version: '5.199' });
  await call('groups.getLongPollSettings', {});
  const { code } = (await call('groups.getCallbackConfirmationCode', {})).response as { code: string };
  const webhook = createServer((_req, res) => res.end(code)).listen(0, '127.0.0.1');
  await once(webhook, 'listening');
  const about = {
    url: `http://127.0.0.1:${(webhook.address() as AddressInfo).port}/`,
    title: 'desk',
    secret_key: 'secret',
  };
  const added = (await call('groups.addCallbackServer', about)).response as { server_id: number };
  const which = { server_id: added.server_id };
  await call('groups.setCallbackSettings', { ...which, api_version: '5.199', message_new: 1 });
  await call('groups.getCallbackSettings', which);
  await call('groups.getCallbackServers', {});
  await call('groups.editCallbackServer', { ...which, ...about, title: 'desk 2' });
  await call('groups.deleteCallbackServer', which);
  webhook.close();
}

async function exerciseUploads(sandbox: Sandbox, call: Call): Promise<void> {
  const upload = async (answer: Record<string, unknown>, field: string, name: string): Promise<Params> => {
    const form = new FormData();
    form.set(field, new Blob(['содержимое']), name);
    const { upload_url } = answer.response as { upload_url: string };
    return (await (await fetch(upload_url, { method: 'POST', body: form })).json()) as Params;
  };
  const photo = await upload(
    await call('photos.getMessagesUploadServer', { peer_id: userId }),
    'photo',
    'a.jpg',
  );
  const [saved] = (await call('photos.saveMessagesPhoto', photo)).response as {
    owner_id: number;
    id: number;
  }[];
  const names = [`photo${saved?.owner_id}_${saved?.id}`];
  for (const type of ['doc', 'audio_message', 'graffiti']) {
    const file = await upload(
      await call('docs.getMessagesUploadServer', { type, peer_id: userId }),
      'file',
      'a.txt',
    );
    const answer = (await call('docs.save', file)).response as Record<
      string,
      { owner_id: number; id: number }
    >;
    names.push(`${type}${answer[type]?.owner_id}_${answer[type]?.id}`);
  }
  const sent = { peer_id: userId, random_id: 1001, attachment: names.join(',') };
  await call('messages.send', sent, 'deprecatedResponse');
  await call('users.get', {
    user_ids: `${userId},${silentUserId}`,
    fields: 'photo_50,photo_100,photo_200,sex,screen_name,has_photo,timezone',
  });
  sandbox.control.clientSends({ ...greeting, text: 'получил' });
}

async function exerciseMessages(sandbox: Sandbox, call: Call): Promise<void> {
  const peer = { peer_id: userId };
  const buttons = [
    [
      { action: { type: 'text', label: 'Да', payload: '{"yes":1}' }, color: 'positive' },
      { action: { type: 'callback', label: 'Ещё', payload: '{"more":1}' }, color: 'secondary' },
    ],
    [{ action: { type: 'open_link', label: 'Сайт', link: 'https://example.com' } }],
  ];
  const forward = { peer_id: userId, conversation_message_ids: [1] };
  const content = { message: 'Ответ', keyboard: JSON.stringify({ inline: true, buttons }) };
  await call('messages.send', { ...peer, ...content, random_id: 1 }, 'deprecatedResponse');
  const list = {
    peer_ids: `${userId},${silentUserId}`,
    random_id: 2,
    message: 'Всем',
    keyboard: JSON.stringify({ buttons }),
  };
  await call('messages.send', list, 'userIdsResponse');
  const reply = {
    ...peer,
    random_id: 3,
    message: 'В ответ',
    forward: JSON.stringify({ ...forward, is_reply: true }),
  };
  const replyId = (await call('messages.send', reply, 'deprecatedResponse')).response as number;
  await call(
    'messages.send',
    { ...peer, random_id: 4, lat: 59.9, long: 30.3, forward: JSON.stringify(forward) },
    'deprecatedResponse',
  );
  await call('messages.edit', { ...peer, message_id: replyId, message: 'Правка' });
  await call('messages.sendReaction', { ...peer, cmid: 1, reaction_id: 2 });
  await call('messages.getMessagesReactions', { ...peer, cmids: 1 });
  sandbox.control.clientReacts({ groupId, userId, cmid: 2, reactionId: 5 });
  await call('messages.getHistory', { ...peer, count: 200 });
  await call('messages.getHistory', { ...peer, extended: 1, fields: 'photo_200' }, 'extendedResponse');
  await call('messages.getConversations', { extended: 1, filter: 'all' });
  await call('messages.getConversations', { filter: 'unread' });
  await call('messages.getConversationsById', { peer_ids: userId });
  await call('messages.getConversationsById', { peer_ids: userId, extended: 1 }, 'extendedResponse');
  await call('messages.getById', { message_ids: '1,2,3' });
  await call('messages.getById', { message_ids: '1,2,3', extended: 1 }, 'extendedResponse');
  await call('messages.getByConversationMessageId', { ...peer, conversation_message_ids: '1,2,3' });
  await call(
    'messages.getByConversationMessageId',
    { ...peer, conversation_message_ids: '1', extended: 1 },
    'extendedResponse',
  );
  await call('execute', { code: `return API.messages.getHistory({"peer_id":${userId}});` });
  await call('messages.deleteReaction', { ...peer, cmid: 1 });
  await call('messages.markAsRead', { ...peer, mark_conversation_as_read: 1 });
  await call('messages.markAsAnsweredConversation', peer);
  await call('messages.setActivity', { ...peer, type: 'typing' });
  await call('messages.isMessagesFromGroupAllowed', { user_id: userId });
  await call('messages.delete', { message_ids: `${replyId},999`, delete_for_all: 1 });
  await call('messages.delete', { ...peer, cmids: '1,999', delete_for_all: 1 });
  await call('messages.getById', { message_ids: replyId });
  sandbox.control.clientPressesButton({ groupId, userId, row: 0, column: 1 });
  await answerPressedButton(sandbox, call);
}

/** Only a receiver of events knows the event's id, so this reads it from the newest event of the long poll. */
async function answerPressedButton(sandbox: Sandbox, call: Call): Promise<void> {
  const { key, server, ts } = (await post(sandbox, 'groups.getLongPollServer', {})).response as Record<
    string,
    string
  >;
  const answer = await fetch(`${server}?act=a_check&key=${key}&ts=${Number(ts) - 1}&wait=1`);
  const { updates } = (await answer.json()) as { updates: { object: { event_id: string } }[] };
  const eventData = JSON.stringify({ type: 'show_snackbar', text: 'Готово' });
  const answered = {
    event_id: updates[0]?.object.event_id ?? '',
    user_id: userId,
    peer_id: userId,
    event_data: eventData,
  };
  await call('messages.sendMessageEventAnswer', answered);
}

function makeEveryEvent({ control }: Sandbox): void {
  const who = { groupId, userId };
  for (const type of attachmentTypes) {
    if (unlistedAttachments.includes(type)) continue;
    control.clientSends({
      ...who,
      attachments: [sampleAttachment(type, { ownerId: userId, id: 456_239_018 })],
    });
  }
  const { cmid } = control.clientSends({
    ...who,
    text: 'на карте',
    geo: { latitude: 59.9, longitude: 30.3 },
    payload: '{"a":1}',
    ref: 'ad',
  });
  control.clientSends({ ...who, text: 'в ответ', replyToCmid: cmid, forwardCmids: [cmid - 1, cmid] });
  control.clientEdits({ ...who, cmid, text: 'исправлено' });
  const admin = control.adminWrites({ ...who, text: 'от администратора', adminId: 100 });
  control.clientReads(who);
  control.clientReacts({ ...who, cmid: admin.cmid, reactionId: 1 });
  control.clientReacts({ ...who, cmid: admin.cmid, reactionId: null });
  control.clientTypes(who);
  control.clientDenies(who);
  control.clientAllows({ ...who, key: 'from-site' });
}

interface Event {
  type: string;
  object: { message?: { attachments?: { type: string }[] } };
}

function checkEvents(schema: VkSchema, events: Event[]): Row[] {
  const rows = new Map<string, Row>();
  const envelope = schema.object('callback/objects.json', 'callback_base');
  for (const event of events) {
    const attachment = event.object.message?.attachments?.[0]?.type;
    const name = `event ${event.type}${attachment ? ` with ${attachment}` : ''}`;
    const row = rows.get(name) ?? { name, problems: [] };
    rows.set(name, row);
    const object = schema.object('callback/objects.json', eventObjects[event.type] ?? event.type);
    if (!envelope(event)) row.problems.push(...describeErrors(envelope.errors));
    if (!object(event.object)) row.problems.push(...describeErrors(object.errors));
  }
  for (const type of Object.keys(eventObjects)) {
    if (!events.some((event) => event.type === type))
      rows.set(type, { name: `event ${type}`, problems: ['never came'] });
  }
  return [...rows.values()];
}

async function checkErrors(schema: VkSchema, sandbox: Sandbox): Promise<Row[]> {
  const validate = schema.object('base/objects.json', 'base_error');
  const answer = (await post(sandbox, 'users.get', {})) as { error?: object };
  return [{ name: 'error answer', problems: validate(answer.error) ? [] : describeErrors(validate.errors) }];
}
