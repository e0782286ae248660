/** N25, hidden until answered: what the community sees of a service message before and after the client's answer. */
import { describe, expect, it } from 'vitest';
import { openPoll } from '../sandboxFixture.ts';
import { anna, groupId, startGateway } from './gatewayFixture.ts';

/** A field that is missing from vk-io's types. */
const asAny = (value: unknown): Record<string, never> => value as Record<string, never>;

describe('N25: before the client answers', () => {
  it('shows the community no dialogue, no history, no message and no event', async () => {
    await using gateway = await startGateway();
    const { vk, sandbox } = gateway;
    const { poll } = await openPoll(vk);
    const messageId = await gateway.sendOne();
    await gateway.untilStatuses(messageId, ['sent', 'delivered']);
    sandbox.control.clientReads({ groupId, userId: anna });
    await gateway.untilStatuses(messageId, ['sent', 'delivered', 'read']);
    expect(await vk.api.messages.getHistory({ peer_id: anna })).toMatchObject({ count: 0, items: [] });
    expect(await vk.api.messages.getConversations({})).toMatchObject({ count: 0, items: [] });
    expect(await vk.api.messages.getConversationsById({ peer_ids: [anna] })).toMatchObject({ count: 0 });
    expect(
      await vk.api.messages.getByConversationMessageId({ peer_id: anna, conversation_message_ids: [1] }),
    ).toMatchObject({ count: 0 });
    expect(await vk.api.messages.getById({ message_ids: [1] })).toMatchObject({ count: 0 });
    await expect(vk.api.messages.delete({ message_ids: [1] })).resolves.toMatchObject([{ response: 0 }]);
    await expect(vk.api.messages.send({ peer_id: anna, random_id: 1, message: 'x' })).rejects.toMatchObject({
      code: 901,
    });
    expect((await poll(undefined, 0)).updates).toEqual([]);
  });
});

describe('N25: after the client answers', () => {
  it('puts the service messages before the answer into the history, with their ids', async () => {
    await using gateway = await startGateway();
    const { vk, sandbox } = gateway;
    for (const order of ['1', '2']) {
      const messageId = await gateway.sendOne({ tmpl_data: { order, percent: '5' } });
      await gateway.untilStatuses(messageId, ['sent', 'delivered']);
    }
    sandbox.control.clientSends({ groupId, userId: anna, text: 'Когда можно?' });
    const { items } = await vk.api.messages.getHistory({ peer_id: anna, rev: 1 });
    expect(items.map(({ conversation_message_id, out }) => [conversation_message_id, out])).toEqual([
      [1, 1],
      [2, 1],
      [3, 0],
    ]);
    expect(items[0]).toMatchObject({ text: 'Заказ 1 готов\n\nСкидка 5 до воскресенья', from_id: -groupId });
    const late = await gateway.sendOne();
    await gateway.untilStatuses(late, ['sent', 'delivered']);
    expect((await vk.api.messages.getHistory({ peer_id: anna })).count).toBe(3);
    const { items: conversations } = await vk.api.messages.getConversations({});
    expect(conversations[0]?.last_message?.conversation_message_id).toBe(3);
  });

  it('sends a reply with the message that it answers', async () => {
    await using gateway = await startGateway();
    const { poll } = await openPoll(gateway.vk);
    const messageId = await gateway.sendOne();
    await gateway.untilStatuses(messageId, ['sent', 'delivered']);
    gateway.sandbox.control.clientSends({ groupId, userId: anna, text: 'Спасибо', replyToCmid: 1 });
    const updates = (await poll()).updates ?? [];
    expect(updates.map(({ type }) => type)).toEqual(['message_allow', 'message_new']);
    expect(updates[1]!.object.message.reply_message).toMatchObject({
      conversation_message_id: 1,
      from_id: -groupId,
      text: 'Заказ № 7 готов\n\nСкидка 10 % до воскресенья',
    });
    expect(updates[1]!.object.message).not.toHaveProperty('message_tag');
  });

  it('N21 (buttons): a text button sends its text with a payload that names the message and the button', async () => {
    await using gateway = await startGateway();
    const { control } = gateway.sandbox;
    const { poll } = await openPoll(gateway.vk);
    const messageId = await gateway.sendOne({ callbackData: { clientMessageId: 'm-9' } });
    await gateway.untilStatuses(messageId, ['sent', 'delivered']);
    control.clientPressesButton({ groupId, userId: anna, cmid: 1, row: 0, column: 0 });
    const answer = (await poll()).updates?.at(-1)?.object.message;
    expect(answer.text).toBe('Заберу сегодня');
    expect(JSON.parse(answer.payload)).toEqual({
      notify: { messageId, clientMessageId: 'm-9', button: 0 },
    });
  });

  it('N21 (buttons): a link button shows its address and sends the community nothing', async () => {
    await using gateway = await startGateway();
    const { control } = gateway.sandbox;
    const { poll } = await openPoll(gateway.vk);
    const messageId = await gateway.sendOne();
    await gateway.untilStatuses(messageId, ['sent', 'delivered']);
    expect(control.clientPressesButton({ groupId, userId: anna, cmid: 1, row: 1, column: 0 })).toEqual({
      eventId: '',
      link: 'https://example.org/shop?order=%E2%84%96%207',
    });
    expect((await poll(undefined, 0)).updates).toEqual([]);
  });

  it('carries the sender’s session_id as message_tag only when that setting is on', async () => {
    await using gateway = await startGateway();
    const { control } = gateway.sandbox;
    control.setSettings({ messageTags: true });
    const { poll } = await openPoll(gateway.vk);
    for (const session of ['s-1', 's-2']) {
      const messageId = await gateway.sendOne({ callbackData: { session_id: session } });
      await gateway.untilStatuses(messageId, ['sent', 'delivered']);
    }
    control.clientSends({ groupId, userId: anna, text: 'на первое', replyToCmid: 1 });
    control.clientSends({ groupId, userId: anna, text: 'ещё' });
    const messages = (await poll()).updates?.filter(({ type }) => type === 'message_new') ?? [];
    expect(messages.map(({ object }) => object.message.message_tag)).toEqual(['s-1', undefined]);
    const { items } = await gateway.vk.api.messages.getHistory({ peer_id: anna });
    expect(asAny(items[1]).message_tag).toBe('s-1');
  });
});
