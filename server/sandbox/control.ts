/**
 * The sandbox's own controls: make people and communities, act as a client, misbehave, look inside. Tests in the same
 * process call it directly; controlRoutes.ts offers the same operations to everybody else.
 */
import {
  type BurstProgress,
  type CheckedInput,
  type CommunityView,
  type ControlInput,
  type ControlOperation,
  type Counters,
  controlInputs,
  type DialogueSnapshot,
  type Faults,
  type PhoneMessage,
  type SandboxSettings,
  type UserView,
} from '../../shared/sandbox.ts';
import type { ApiServer } from './apiServer.ts';
import { sampleAttachment } from './attachments.ts';
import type { Bursts } from './burst.ts';
import type { CallbackDelivery } from './callbackDelivery.ts';
import { pressButton } from './clientButtons.ts';
import { communityView, countersOf, dialogueSnapshot, userView } from './controlViews.ts';
import type { EventStream } from './eventStream.ts';
import type { FaultState } from './faultState.ts';
import type { LongPoll } from './longPoll.ts';
import type { Views } from './messageView.ts';
import { type Messaging, requireMessage } from './messaging.ts';
import { OutgoingWatch } from './outgoingWatch.ts';
import type { Phones } from './phones.ts';
import type { VkAttachment } from './vkTypes.ts';
import { type Community, type Dialogue, newCommunity, type World } from './world.ts';

export interface ControlParts {
  world: World;
  views: Views;
  messaging: Messaging;
  stream: EventStream;
  longPoll: LongPoll;
  callbacks: CallbackDelivery;
  phones: Phones;
  faults: FaultState;
  settings: SandboxSettings;
  bursts: Bursts;
  api: ApiServer;
}

function check<Op extends ControlOperation>(operation: Op, input: ControlInput<Op>): CheckedInput<Op> {
  return controlInputs[operation].parse(input) as CheckedInput<Op>;
}

export class SandboxControl {
  readonly #parts: ControlParts;
  readonly #watch: OutgoingWatch;

  constructor(parts: ControlParts) {
    this.#parts = parts;
    this.#watch = new OutgoingWatch(parts.world, parts.views);
  }

  createCommunity(input: ControlInput<'createCommunity'>): CommunityView {
    const { groupId, name, screenName, token, longPollEnabled } = check('createCommunity', input);
    const { world } = this.#parts;
    if (world.communities.has(groupId))
      throw new RangeError(`A community with groupId ${groupId} exists already`);
    const community = newCommunity({
      groupId,
      name,
      screenName: screenName ?? `club${groupId}`,
      token,
      longPollEnabled,
    });
    world.communities.set(groupId, community);
    world.emit('change', { type: 'world' });
    return communityView(this.#parts, community);
  }

  createUser(input: ControlInput<'createUser'>): UserView {
    const user = check('createUser', input);
    const { world } = this.#parts;
    if (world.users.has(user.userId))
      throw new RangeError(`A user with userId ${user.userId} exists already`);
    world.users.set(user.userId, { ...user, isDeleted: false });
    world.emit('change', { type: 'world' });
    return userView(this.#parts, user.userId);
  }

  listCommunities(): CommunityView[] {
    return [...this.#parts.world.communities.values()].map((community) =>
      communityView(this.#parts, community),
    );
  }

  listUsers(): UserView[] {
    return [...this.#parts.world.users.keys()].map((userId) => userView(this.#parts, userId));
  }

  clientSends(input: ControlInput<'clientSends'>): { cmid: number; messageId: number; eventId: string } {
    const { groupId, userId, ...draft } = check('clientSends', input);
    this.#parts.world.requireUser(userId);
    const { message, eventId } = this.#parts.messaging.clientWrites(this.#community(groupId), userId, draft);
    return { cmid: message.cmid, messageId: message.id, eventId };
  }

  clientEdits(input: ControlInput<'clientEdits'>): { eventId: string } {
    const { cmid, text, ...where } = check('clientEdits', input);
    const { community, dialogue } = this.#dialogue(where);
    return {
      eventId: this.#parts.messaging.edit(community, dialogue, requireMessage(dialogue, cmid), { text }),
    };
  }

  clientDeletes(input: ControlInput<'clientDeletes'>): void {
    const { cmid, ...where } = check('clientDeletes', input);
    const { community, dialogue } = this.#dialogue(where);
    this.#parts.messaging.delete(community, dialogue, requireMessage(dialogue, cmid));
  }

  /** A text button writes a message, a callback button makes an event that waits for the community's answer. */
  clientPressesButton(input: ControlInput<'clientPressesButton'>): { cmid?: number; eventId: string } {
    const press = check('clientPressesButton', input);
    return pressButton(this.#parts, this.#dialogue(press), press);
  }

  clientTypes(input: ControlInput<'clientTypes'>): { eventId: string } {
    const { groupId, userId } = check('clientTypes', input);
    return { eventId: this.#parts.messaging.clientTypes(this.#community(groupId), userId) };
  }

  /** eventId is null when there was nothing new to read. */
  clientReads(input: ControlInput<'clientReads'>): { eventId: string | null } {
    const { upToCmid, ...where } = check('clientReads', input);
    const { community, dialogue } = this.#dialogue(where);
    return { eventId: this.#parts.messaging.clientReads(community, dialogue, upToCmid) };
  }

  clientReacts(input: ControlInput<'clientReacts'>): { eventId: string } {
    const { cmid, reactionId, ...where } = check('clientReacts', input);
    const { community, dialogue } = this.#dialogue(where);
    return { eventId: this.#parts.messaging.react(community, dialogue, where.userId, cmid, reactionId) };
  }

  clientAllows(input: ControlInput<'clientAllows'>): { eventId: string } {
    const { key, ...where } = check('clientAllows', input);
    const { community, dialogue } = this.#dialogue(where);
    return { eventId: this.#parts.messaging.allow(community, dialogue, key) };
  }

  clientDenies(input: ControlInput<'clientDenies'>): { eventId: string } {
    const { community, dialogue } = this.#dialogue(check('clientDenies', input));
    return { eventId: this.#parts.messaging.deny(community, dialogue) };
  }

  blacklistUser(input: ControlInput<'blacklistUser'>): void {
    const { groupId, userId, blacklisted } = check('blacklistUser', input);
    const { blacklist } = this.#community(groupId);
    if (blacklisted) blacklist.add(userId);
    else blacklist.delete(userId);
    this.#parts.world.announce(groupId, userId);
  }

  deleteUser(input: ControlInput<'deleteUser'>): void {
    this.#parts.world.requireUser(check('deleteUser', input).userId).isDeleted = true;
    this.#parts.world.emit('change', { type: 'world' });
  }

  /** An administrator answers in VK itself, past the desk. */
  adminWrites(input: ControlInput<'adminWrites'>): { cmid: number; messageId: number } {
    const { groupId, userId, text, adminId, attachments } = check('adminWrites', input);
    const draft = {
      text,
      attachments,
      adminAuthorId: adminId,
      randomId: Math.floor(Math.random() * 2 ** 31),
    };
    const message = this.#parts.messaging.communityWrites(this.#community(groupId), userId, draft);
    return { cmid: message.cmid, messageId: message.id };
  }

  adminReads(input: ControlInput<'adminReads'>): void {
    const { community, dialogue } = this.#dialogue(check('adminReads', input));
    this.#parts.messaging.communityReads(community, dialogue);
  }

  sampleAttachment(input: ControlInput<'sampleAttachment'>): VkAttachment {
    const { type, ...identity } = check('sampleAttachment', input);
    return sampleAttachment(type, identity);
  }

  emitRaw(input: ControlInput<'emitRaw'>): { eventId: string } {
    const { groupId, type, object } = check('emitRaw', input);
    return { eventId: this.#parts.stream.publish(this.#community(groupId), type, object) };
  }

  burst(input: ControlInput<'burst'>): BurstProgress {
    const { groupId, users, firstUserId, messages, ratePerSecond, textPrefix } = check('burst', input);
    const community = this.#community(groupId);
    const userIds =
      typeof users === 'number' ? Array.from({ length: users }, (_, index) => firstUserId + index) : users;
    for (const userId of userIds) {
      if (this.#parts.world.users.has(userId)) continue;
      this.createUser({
        userId,
        firstName: 'Клиент',
        lastName: String(userId),
        phone: `+7${String(userId).padStart(10, '9')}`,
      });
    }
    const make = (n: number) => {
      this.#parts.messaging.clientWrites(community, userIds[(n - 1) % userIds.length]!, {
        text: `${textPrefix}#${n}`,
      });
    };
    return {
      ...this.#parts.bursts.start({
        messages,
        ratePerSecond,
        make,
        onFinished: () => this.#parts.world.emit('change', { type: 'world' }),
      }),
    };
  }

  burstProgress(input: ControlInput<'burstProgress'>): BurstProgress {
    return this.#parts.bursts.progress(check('burstProgress', input).burstId);
  }

  stopBurst(input: ControlInput<'stopBurst'>): BurstProgress {
    return this.#parts.bursts.stop(check('stopBurst', input).burstId);
  }

  snapshot(input: ControlInput<'snapshot'>): DialogueSnapshot {
    const { groupId, userId, last } = check('snapshot', input);
    return dialogueSnapshot(this.#parts, this.#community(groupId), userId, last);
  }

  listDialogues(input: ControlInput<'listDialogues'>): number[] {
    return [...this.#community(check('listDialogues', input).groupId).dialogues.keys()];
  }

  setFaults(input: ControlInput<'setFaults'>): Faults {
    this.#parts.faults.set(check('setFaults', input), Object.keys(input));
    this.#parts.world.emit('change', { type: 'faults' });
    return this.getFaults();
  }

  clearFaults(): Faults {
    this.#parts.faults.clear();
    this.#parts.world.emit('change', { type: 'faults' });
    return this.getFaults();
  }

  getFaults(): Faults {
    return structuredClone(this.#parts.faults.current);
  }

  setSettings(input: ControlInput<'setSettings'>): SandboxSettings {
    Object.assign(this.#parts.settings, check('setSettings', input));
    return this.getSettings();
  }

  getSettings(): SandboxSettings {
    return { ...this.#parts.settings };
  }

  dropEventQueue(input: ControlInput<'dropEventQueue'>): void {
    this.#parts.longPoll.dropQueue(check('dropEventQueue', input).groupId);
  }

  expireLongPollKeys(input: ControlInput<'expireLongPollKeys'>): void {
    this.#parts.longPoll.expireKeys(check('expireLongPollKeys', input).groupId);
  }

  async confirmCallbackServer(
    input: ControlInput<'confirmCallbackServer'>,
  ): Promise<{ isConfirmed: boolean }> {
    const { groupId, serverId } = check('confirmCallbackServer', input);
    const community = this.#community(groupId);
    const server = community.callbackServers.find((known) => known.serverId === serverId);
    if (!server) throw new RangeError(`No callback server ${serverId}`);
    return { isConfirmed: await this.#parts.callbacks.confirm(community, server) };
  }

  counters(input: ControlInput<'counters'>): Counters {
    return countersOf(this.#parts, this.#community(check('counters', input).groupId));
  }

  /**
   * The community's next message to this client that was not handed out before, sent already or to come. Rejects after
   * `timeoutMs`. In-process only.
   */
  nextMessageTo(
    userId: number,
    matches?: (message: PhoneMessage) => boolean,
    timeoutMs = 5000,
  ): Promise<PhoneMessage> {
    return this.#watch.next(userId, matches, timeoutMs);
  }

  /** Resolves once `isTrue` holds; it is asked again after each change in the sandbox. In-process only. */
  waitUntil(isTrue: () => boolean, timeoutMs = 5000): Promise<void> {
    return this.#watch.until(isTrue, timeoutMs);
  }

  #community(groupId: number): Community {
    return this.#parts.world.requireCommunity(groupId);
  }

  #dialogue({ groupId, userId }: { groupId: number; userId: number }): {
    community: Community;
    dialogue: Dialogue;
  } {
    this.#parts.world.requireUser(userId);
    const community = this.#community(groupId);
    return { community, dialogue: this.#parts.world.dialogue(community, userId) };
  }
}
