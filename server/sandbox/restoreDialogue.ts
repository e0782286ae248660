/**
 * Puts a dialogue into the sandbox that was held before it, so that both sides can go on with it: a sample month is
 * written without the sandbox. Nothing is published.
 */
import type { OkWorld } from './ok/okWorld.ts';
import { usualUser, type World } from './world.ts';

export interface RestoredDialogue {
  network: 'vk' | 'ok';
  /** The community's id in its network. */
  groupId: string;
  /** In Odnoklassniki the digits of `user:N`. */
  userId: number;
  name: string;
  phone: string;
  /** In their order; in VK the first one has the number 1. */
  messages: readonly { isOut: boolean; text: string; at: Date; randomId: number; externalId: string }[];
}

export function restoreDialogue({ world, ok }: { world: World; ok: OkWorld }, given: RestoredDialogue): void {
  const { network, groupId, userId } = given;
  addPerson(world, given);
  if (network === 'ok') {
    const chat = ok.chat(ok.requireGroup(groupId), userId);
    if (chat.messages.length > 0) return;
    chat.hasClientWritten = true;
    for (const { isOut, text, at, externalId } of given.messages)
      Object.assign(ok.append(chat, { isFromGroup: isOut, text, attachments: [] }), {
        mid: externalId,
        atMs: at.getTime(),
      });
    chat.seenByClient = chat.messages.length;
  } else {
    const community = world.requireCommunity(Number(groupId));
    const dialogue = world.dialogue(community, userId);
    if (dialogue.messages.length > 0) return;
    dialogue.permission = 'allowed';
    for (const { isOut, text, at, randomId } of given.messages) {
      const message = {
        id: community.nextMessageId,
        cmid: dialogue.messages.length + 1,
        date: Math.floor(at.getTime() / 1000),
        fromId: isOut ? -community.groupId : userId,
        isOut,
        text,
        version: dialogue.version,
        randomId,
        attachments: [],
        forwarded: [],
        reactions: {},
      };
      community.nextMessageId += 1;
      dialogue.messages.push(message);
      world.remember(community.groupId, userId, message);
    }
    dialogue.outReadCmid = dialogue.messages.length;
  }
  world.emit('change', { type: 'world' });
}

function addPerson(world: World, { network, userId, name, phone }: RestoredDialogue): void {
  if (world.users.has(userId)) return;
  const [firstName = '', lastName = ''] = name.split(' ');
  world.users.set(userId, {
    ...usualUser(),
    userId,
    firstName,
    lastName,
    phone,
    sex: 0,
    isDeleted: false,
    hasVk: network === 'vk',
    okUserId: network === 'ok' ? `user:${userId}` : null,
  });
}
