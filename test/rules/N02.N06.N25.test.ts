/**
 * One-way messages (N2), matching an answer to its service message (N6), and what agents see before and after the
 * answer (N25). One whole desk serves all three.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ConversationRow } from '../../shared/schemas/conversation.ts';
import type { MessageView } from '../../shared/schemas/message.ts';
import type { DeskClient } from '../support/deskProcess.ts';
import { type ServiceDesk, startServiceDesk } from '../support/serviceDesk.ts';
import { until } from '../support/until.ts';

let desk: ServiceDesk;
let anna: DeskClient;
beforeAll(async () => {
  desk = await startServiceDesk();
  anna = await desk.as('anna@example.com');
});
afterAll(async () => desk[Symbol.asyncDispose]());

interface Person {
  userId: number;
  phone: string;
  at: { groupId: number; userId: number };
}

let people = 0;
function newPerson(about: { okUserId?: string } = {}): Person {
  people += 1;
  const userId = 7000 + people;
  const phone = `+7999111${String(1000 + people)}`;
  desk.sandbox.control.createUser({ userId, firstName: `Client ${people}`, phone, ...about });
  return { userId, phone, at: { groupId: desk.groupId, userId } };
}

let orders = 0;
/** Sends a message with a unique text, and waits until the phone has it. */
async function sendTo({ phone }: Person, order = `№${++orders}`): Promise<string> {
  const id = await desk.send({ phone, variables: { order } });
  await desk.untilStatus(id, 'delivered');
  return id;
}

async function conversationIds(): Promise<string[]> {
  const { rows } = await anna.call('listConversations', { query: { limit: 100 } });
  return rows.map(({ id }) => id).sort();
}

const rowOf = ({ userId }: Person) =>
  until(`a conversation of ${userId}`, async () => {
    const { rows } = await anna.call('listConversations', { query: { limit: 100 } });
    for (const row of rows) {
      const { client } = await anna.call('readClient', { params: { clientId: row.client.id } });
      if (client.bonds.some(({ externalUserId }) => externalUserId === String(userId)) && row.lastMessage)
        return row;
    }
    return null;
  });

async function threadOf(row: ConversationRow): Promise<MessageView[]> {
  const { messages } = await anna.call('listMessages', { params: { conversationId: row.id }, query: {} });
  return messages;
}

const untilReply = (row: ConversationRow, text: string) =>
  until(`the reply ${text}`, async () => {
    const thread = await threadOf(row);
    const reply = thread.find((each) => each.kind === 'reply' && each.text === text);
    return reply && { thread, reply };
  });

const cardOf = async (row: ConversationRow) =>
  (await anna.call('readClient', { params: { clientId: row.client.id } })).client;

const shown = (thread: MessageView[]) => thread.map(({ kind, text }) => [kind, text]);

/** The cmid of the last message that the person's phone shows in the dialogue. */
function lastCmid({ at }: Person): number {
  return desk.sandbox.control.snapshot(at).messages.at(-1)!.conversation_message_id;
}

describe('N6: an answer is matched to its service message', () => {
  it('by the button that was pressed, and the phone is the client’s from then on', async () => {
    const person = newPerson();
    await sendTo(person, '№ button');
    desk.sandbox.control.clientPressesButton({ ...person.at, cmid: lastCmid(person), row: 0, column: 0 });
    const row = await rowOf(person);
    const { thread, reply } = await untilReply(row, 'Заберу сегодня');
    expect(shown(thread)).toEqual([
      ['service', 'Заказ № button готов'],
      ['reply', 'Заберу сегодня'],
    ]);
    expect(reply.answers).toEqual({ messageId: thread[0]!.id, by: 'button' });
    expect(reply.replyTo).toMatchObject({ messageId: thread[0]!.id, text: 'Заказ № button готов' });
    expect(thread[0]!.service).toMatchObject({
      templateName: 'orderReady',
      variables: { order: '№ button' },
    });
    expect((await cardOf(row)).phoneBond).toMatchObject({ how: 'button', personName: null });
    expect((await anna.call('readConversation', { params: { conversationId: row.id } })).isMatched).toBe(
      true,
    );
  });

  it('by the tag that the network copied', async () => {
    const person = newPerson();
    desk.sandbox.control.setSettings({ messageTags: true });
    await sendTo(person);
    desk.sandbox.control.clientSends({ ...person.at, text: 'by tag' });
    const row = await rowOf(person);
    const { thread, reply } = await untilReply(row, 'by tag');
    desk.sandbox.control.setSettings({ messageTags: false });
    expect(reply.answers).toEqual({ messageId: thread[0]!.id, by: 'tag' });
    expect((await cardOf(row)).phoneBond?.how).toBe('tag');
  });

  it('by the message that it quotes', async () => {
    const person = newPerson();
    await sendTo(person);
    desk.sandbox.control.clientSends({ ...person.at, text: 'by quote', replyToCmid: lastCmid(person) });
    const row = await rowOf(person);
    const { thread, reply } = await untilReply(row, 'by quote');
    expect(thread.map(({ kind }) => kind)).toEqual(['service', 'reply']);
    expect(reply.answers).toEqual({ messageId: thread[0]!.id, by: 'quote' });
  });

  it('by the history that the network shows once the client has answered', async () => {
    const person = newPerson();
    await sendTo(person, '№ history');
    desk.sandbox.control.clientSends({ ...person.at, text: 'by history' });
    const row = await rowOf(person);
    const { thread, reply } = await untilReply(row, 'by history');
    expect(shown(thread)).toEqual([
      ['service', 'Заказ № history готов'],
      ['reply', 'by history'],
    ]);
    expect(reply.answers).toEqual({ messageId: thread[0]!.id, by: 'history' });
    expect((await cardOf(row)).phoneBond?.how).toBe('history');
  });

  it('by the bond, and shows what is sent later at once, in order and each once', async () => {
    const person = newPerson();
    await sendTo(person, '№ first');
    await sendTo(person, '№ second');
    desk.sandbox.control.clientSends({ ...person.at, text: 'hello', replyToCmid: lastCmid(person) });
    const row = await rowOf(person);
    await untilReply(row, 'hello');
    const third = await sendTo(person, '№ third');
    await until('the third to be in the thread', async () =>
      (await threadOf(row)).some(({ text }) => text === 'Заказ № third готов'),
    );
    desk.sandbox.control.clientSends({ ...person.at, text: 'and this?' });
    const { thread, reply } = await untilReply(row, 'and this?');
    expect(shown(thread)).toEqual([
      ['service', 'Заказ № first готов'],
      ['service', 'Заказ № second готов'],
      ['reply', 'hello'],
      ['service', 'Заказ № third готов'],
      ['reply', 'and this?'],
    ]);
    expect(reply.answers).toEqual({ messageId: thread[3]!.id, by: 'bond' });

    desk.sandbox.control.clientReads(person.at);
    await desk.untilStatus(third, 'read');
    await until('the thread to say so', async () => (await threadOf(row))[3]?.service?.status === 'read');
  });

  it('by nothing when two clients got the same text, until an agent says whose phone it is', async () => {
    const [person, other] = [newPerson(), newPerson()];
    await sendTo(person, 'same');
    await sendTo(other, 'same');
    desk.sandbox.control.clientSends({ ...person.at, text: 'which?' });
    const row = await rowOf(person);
    const { thread, reply } = await untilReply(row, 'which?');
    expect(row.isMatched).toBe(false);
    expect(reply.answers).toBeUndefined();
    expect(thread.map(({ kind }) => kind)).toEqual(['answer', 'reply']);

    const params = { clientId: row.client.id };
    expect(await anna.call('bondPhone', { params, body: { phone: '12' + '345' } })).toEqual({
      outcome: 'phoneInvalid',
    });
    const bonded = await anna.call('bondPhone', { params, body: { phone: person.phone } });
    expect(bonded).toMatchObject({
      outcome: 'bonded',
      client: { phoneBond: { how: 'hand', personName: (await anna.call('bootstrap')).me.name } },
    });
    expect((await threadOf(row)).map(({ kind, text }) => [kind, text])).toEqual([
      ['service', 'Заказ same готов'],
      ['reply', 'which?'],
    ]);
  });

  it('not by a payload that anybody could forge', async () => {
    const [victim, stranger] = [newPerson(), newPerson()];
    const id = await sendTo(victim);
    const notify = { messageId: id, clientMessageId: `${id}.vk`, button: 0 };
    desk.sandbox.control.clientSends({
      ...stranger.at,
      text: 'I am the victim',
      payload: JSON.stringify({ notify }),
    });
    const row = await rowOf(stranger);
    const { thread } = await untilReply(row, 'I am the victim');
    expect(thread.map(({ kind }) => kind)).toEqual(['reply']);
    expect((await cardOf(row)).phone).toBeNull();
  });
});

describe('N6: a bond', () => {
  it('is removed: the messages leave the thread, and no answer bonds the phone again', async () => {
    const person = newPerson();
    await sendTo(person, '№ wrong');
    desk.sandbox.control.clientPressesButton({ ...person.at, cmid: lastCmid(person), row: 0, column: 0 });
    const row = await rowOf(person);
    await untilReply(row, 'Заберу сегодня');
    const { client } = await anna.call('unbondPhone', { params: { clientId: row.client.id } });
    expect(client).toMatchObject({ phone: null, phoneBond: null });
    const left = await threadOf(row);
    expect(left.filter(({ kind }) => kind === 'service')).toEqual([]);
    expect(left.find(({ kind }) => kind === 'reply')?.answers).toBeUndefined();

    desk.sandbox.control.clientPressesButton({ ...person.at, cmid: 1, row: 0, column: 0 });
    await until(
      'the second press',
      async () => (await threadOf(row)).filter(({ kind }) => kind === 'reply').length === 2,
    );
    expect((await cardOf(row)).phone).toBeNull();
    const again = await anna.call('bondPhone', {
      params: { clientId: row.client.id },
      body: { phone: person.phone },
    });
    expect(again.outcome).toBe('bonded');
    expect((await threadOf(row)).map(({ kind }) => kind)).toContain('service');
  });

  it('moves with the number to the person who answers from it now', async () => {
    const [former, present] = [newPerson(), newPerson()];
    await sendTo(former);
    desk.sandbox.control.clientPressesButton({ ...former.at, cmid: lastCmid(former), row: 0, column: 0 });
    const formerRow = await rowOf(former);
    await untilReply(formerRow, 'Заберу сегодня');
    desk.sandbox.control.movePhone({ fromUserId: former.userId, toUserId: present.userId });
    await sendTo({ ...present, phone: former.phone }, '№ moved');
    desk.sandbox.control.clientPressesButton({ ...present.at, cmid: lastCmid(present), row: 0, column: 0 });
    const row = await rowOf(present);
    const { thread } = await untilReply(row, 'Заберу сегодня');
    // The new owner must not see messages that were sent to the previous one.
    expect(shown(thread)).toContainEqual(['service', 'Заказ № moved готов']);
    expect((await cardOf(row)).phone).not.toBeNull();
    expect((await cardOf(formerRow)).phone).toBeNull();
  });

  it('merges two clients who are one person in two networks, and splits them again', async () => {
    const person = newPerson({ okUserId: 'user:7700' });
    const { okGroupId } = desk.sandbox.control.listOkGroups()[0]!;
    desk.sandbox.control.okClientSends({ okGroupId, userId: person.userId, text: 'from OK' });
    const okRow = await rowOf({ ...person, userId: 'user:7700' as never });
    await untilReply(okRow, 'from OK');
    await sendTo(person, '№ both');
    desk.sandbox.control.clientPressesButton({ ...person.at, cmid: lastCmid(person), row: 0, column: 0 });
    const vkRow = await rowOf(person);
    await untilReply(vkRow, 'Заберу сегодня');
    expect(vkRow.client.id).not.toBe(okRow.client.id);

    const found = await until('the name in the profile', async () => {
      const { clients } = await anna.call('findClients', { body: { text: 'https://ok.ru/profile/7700' } });
      return clients[0] !== undefined && !clients[0].name.startsWith('id') && clients;
    });
    expect(found.map(({ id }) => id)).toEqual([okRow.client.id]);
    const { client } = await anna.call('mergeClients', {
      params: { clientId: vkRow.client.id },
      body: { otherClientId: okRow.client.id },
    });
    expect(client.bonds.map(({ network, isMerged }) => [network, isMerged])).toEqual([
      ['vk', false],
      ['ok', true],
    ]);
    const card = await anna.call('readClient', { params: { clientId: client.id } });
    expect(card.conversations.map(({ id }) => id).sort()).toEqual([okRow.id, vkRow.id].sort());

    const parted = await anna.call('detachBond', {
      params: { clientId: client.id },
      body: { network: 'ok', externalUserId: 'user:7700' },
    });
    expect(parted.client.bonds.map(({ network }) => network)).toEqual(['vk']);
    expect(parted.detached.name).toBe(found[0]?.name);
    const again = await anna.call('readConversation', { params: { conversationId: okRow.id } });
    expect(again).toMatchObject({ client: { id: parted.detached.id }, isMatched: false });
    // Both clients' data was disclosed (N17, the access register): each of them has an entry.
    const changesOf = async (clientId: string) =>
      (await desk.admin.call('listRegister', { query: { clientId } })).lines
        .filter(({ action, personId }) => action === 'changed' && personId !== null)
        .map(({ details }) => details.what);
    expect(await changesOf(client.id)).toEqual(['detached', 'merged']);
    expect(await changesOf(okRow.client.id)).toEqual(['merged']);
    expect(await changesOf(parted.detached.id)).toEqual(['detached']);
  });

  it.each([['own'], ['other']] as const)(
    'merges two clients with a phone each, and keeps the phone that the administrator chose: %s',
    async (phone) => {
      const [one, two] = [newPerson(), newPerson()];
      const rows: ConversationRow[] = [];
      for (const person of [one, two]) {
        await sendTo(person);
        desk.sandbox.control.clientPressesButton({ ...person.at, cmid: lastCmid(person), row: 0, column: 0 });
        const row = await rowOf(person);
        await untilReply(row, 'Заберу сегодня');
        rows.push(row);
      }
      const [into, from] = rows as [ConversationRow, ConversationRow];
      const merge = (body: { phone?: 'own' | 'other' }) =>
        desk.admin.call('mergeClients', {
          params: { clientId: into.client.id },
          body: { otherClientId: from.client.id, ...body },
        });
      await expect(merge({})).rejects.toThrow('clientsHavePhones');
      const { client } = await merge({ phone });
      expect(client.phone).toBe(phone === 'own' ? one.phone : two.phone);
      expect(client.bonds.map(({ externalUserId }) => externalUserId)).toEqual(
        [one, two].map(({ userId }) => String(userId)),
      );
      // One client is left: the other no longer exists, and the dropped phone belongs to nobody.
      const result = await desk.admin.call('findClients', {
        body: { text: phone === 'own' ? two.phone : one.phone },
      });
      expect(result.clients).toEqual([]);
      await expect(desk.admin.call('readClient', { params: { clientId: from.client.id } })).rejects.toThrow(
        'notFound',
      );
      // Messages under the removed client stay in their conversation.
      expect((await threadOf(from)).map(({ kind }) => kind)).toEqual(['service', 'reply']);
    },
  );
});

describe('N6: the community’s own dialogue', () => {
  it('gets agents’ answers, and brings an administrator’s messages from VK, each once', async () => {
    const { control } = desk.sandbox;
    const person = newPerson();
    await sendTo(person);
    control.clientPressesButton({ ...person.at, cmid: lastCmid(person), row: 0, column: 0 });
    const row = await rowOf(person);
    await untilReply(row, 'Заберу сегодня');
    const body = { clientToken: 'n6-answer', text: 'Ждём вас' };
    await anna.call('sendAnswer', { params: { conversationId: row.id }, body });
    const inDialogue = (text: string) =>
      control.snapshot(person.at).messages.filter((each) => each.text === text && each.out === 1);
    await until('the answer on the phone', () => inDialogue('Ждём вас').length === 1);
    control.adminWrites({ ...person.at, text: 'Из самой VK', adminId: 2002 });
    control.clientSends({ ...person.at, text: 'Спасибо обоим' });
    const { thread } = await untilReply(row, 'Спасибо обоим');
    expect(thread.map(({ text }) => text)).toEqual([
      expect.stringMatching(/^Заказ/),
      'Заберу сегодня',
      'Ждём вас',
      'Из самой VK',
      'Спасибо обоим',
    ]);
    expect(inDialogue('Ждём вас')).toHaveLength(1);
  });
});

describe('N25: service messages', () => {
  it('are in no conversation until the first answer, which opens one with all of them in order', async () => {
    const person = newPerson();
    const before = await conversationIds();
    const first = await sendTo(person, '№ one');
    const second = await sendTo(person, '№ two');
    expect(await conversationIds()).toEqual(before);
    const maria = await desk.as('maria@example.com');
    const { rows } = await maria.call('searchDeliveries', { body: { limit: 2 } });
    expect(rows.map(({ id }) => id)).toEqual([second, first]);

    desk.sandbox.control.clientSends({ ...person.at, text: 'the first?', replyToCmid: lastCmid(person) - 1 });
    const row = await rowOf(person);
    await untilReply(row, 'the first?');
    desk.sandbox.control.clientSends({ ...person.at, text: 'and again' });
    const { thread } = await untilReply(row, 'and again');
    expect(shown(thread)).toEqual([
      ['service', 'Заказ № one готов'],
      ['service', 'Заказ № two готов'],
      ['reply', 'the first?'],
      ['reply', 'and again'],
    ]);
    expect(thread[2]!.answers).toEqual({ messageId: thread[0]!.id, by: 'quote' });
    expect(await conversationIds()).toEqual([...before, row.id].sort());
  });
});

describe('N2: a one-way message', () => {
  beforeAll(() => desk.approve('news', { direction: 'oneWay', buttons: [] }));

  it('appears only in the notifications window: in no dialogue that could answer it, and in no inbox', async () => {
    const before = await conversationIds();
    const person = newPerson();
    const notice = await desk.send({ phone: person.phone, template: 'news', variables: { order: '№ news' } });
    await desk.untilStatus(notice, 'delivered');
    const { control } = desk.sandbox;
    const { userId } = person;
    expect(control.notices({ userId }).map(({ text }) => text)).toEqual(['Заказ № news готов']);
    expect(control.snapshot(person.at).messages).toEqual([]);
    control.clientReadsNotices({ userId });
    await desk.untilStatus(notice, 'read');
    expect(await conversationIds()).toEqual(before);
  });

  it('is on the client’s card, but in no thread, once the client has answered another message', async () => {
    const person = newPerson();
    await sendTo(person);
    const notice = await desk.send({ phone: person.phone, template: 'news' });
    await desk.untilStatus(notice, 'delivered');
    desk.sandbox.control.clientSends({ ...person.at, text: 'mine?', replyToCmid: lastCmid(person) });
    const row = await rowOf(person);
    const { thread } = await untilReply(row, 'mine?');
    expect(thread.filter(({ kind }) => kind === 'service')).toHaveLength(1);
    const params = { clientId: row.client.id };
    const oneWay = await anna.call('listClientServiceMessages', { params, query: { direction: 'oneWay' } });
    expect(oneWay.messages.map(({ id }) => id)).toEqual([notice]);
    const first = await anna.call('listClientServiceMessages', { params, query: { limit: 1 } });
    const second = await anna.call('listClientServiceMessages', {
      params,
      query: { limit: 1, cursor: first.nextCursor! },
    });
    expect([...first.messages, ...second.messages].map(({ templateName }) => templateName)).toEqual([
      'news',
      'orderReady',
    ]);
    expect(second.nextCursor).toBeNull();
  });
});
