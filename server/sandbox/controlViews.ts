/** The sandbox's state as the control API shows it: communities, people, both sides of one dialogue, counters. */
import type {
  CommunityView,
  Counters,
  DialogueSnapshot,
  PhoneMessage,
  UserView,
} from '../../shared/sandbox.ts';
import type { ControlDeps } from './dialogueControl.ts';
import { unreadCount } from './messageView.ts';
import type { Community } from './world.ts';

export function communityView({ views }: ControlDeps, community: Community): CommunityView {
  return {
    groupId: community.groupId,
    name: community.name,
    screenName: community.screenName,
    photoUrl: String(views.group(community).photo_200),
    longPollEnabled: community.longPoll.isEnabled,
    callbackServers: community.callbackServers.map(({ serverId, url, status }) => ({
      serverId,
      url,
      status,
    })),
  };
}

export function userView({ world, views }: ControlDeps, userId: number): UserView {
  const user = world.requireUser(userId);
  const { firstName, lastName, phone, isDeleted, hasVk, okUserId, phoneConfirmedAtMs } = user;
  const { isPhoneMoved, isOffline, hasMobileDevice } = user;
  const avatarUrl = String(views.user({ ...user, isDeleted: false }, ['photo_200']).photo_200);
  return {
    userId,
    firstName,
    lastName,
    phone,
    avatarUrl,
    isDeleted,
    hasVk,
    okUserId,
    phoneConfirmedAtMs,
    isPhoneMoved,
    isOffline,
    hasMobileDevice,
  };
}

export function dialogueSnapshot(
  { views, phones }: ControlDeps,
  community: Community,
  userId: number,
  last = Number.POSITIVE_INFINITY,
): DialogueSnapshot {
  const dialogue = community.dialogues.get(userId);
  const kept = dialogue?.messages.filter((message) => !message.isDeleted) ?? [];
  const shown = kept.slice(Math.max(0, kept.length - last));
  const messages = dialogue ? shown.map((message) => views.message(community, dialogue, message)) : [];
  return {
    groupId: community.groupId,
    userId,
    permission: dialogue?.permission ?? 'none',
    isBlacklisted: community.blacklist.has(userId),
    messages: messages as PhoneMessage[],
    inReadCmid: dialogue?.inReadCmid ?? 0,
    outReadCmid: dialogue?.outReadCmid ?? 0,
    unreadCount: dialogue ? unreadCount(dialogue) : 0,
    currentKeyboard: dialogue?.currentKeyboard ?? null,
    activity: phones.activity(community.groupId, userId),
    eventAnswer: phones.buttonAnswer(community.groupId, userId),
  };
}

export function countersOf(
  { stream, longPoll, callbacks, api }: ControlDeps,
  community: Community,
): Counters {
  const { groupId } = community;
  const delivery = callbacks.counts.get(groupId) ?? { delivered: 0, failed: 0, waiting: 0 };
  const counters: Counters = {
    eventsPublished: stream.counts(groupId).published,
    eventsLost: stream.counts(groupId).lost,
    lastTs: longPoll.queue(groupId).lastTs,
    clientMessages: 0,
    communityMessages: 0,
    callbackDelivered: delivery.delivered,
    callbackFailed: delivery.failed,
    callbackWaiting: delivery.waiting,
    apiCalls: Object.fromEntries(api.calls),
  };
  for (const { messages } of community.dialogues.values()) {
    const sent = messages.filter((message) => message.isOut).length;
    counters.communityMessages += sent;
    counters.clientMessages += messages.length - sent;
  }
  return counters;
}
