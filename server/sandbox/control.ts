/**
 * The sandbox's own controls: create people and communities, act as a client, cause faults, read the state. Tests in
 * the same process call it directly; controlRoutes.ts offers the same operations over HTTP.
 */
import type {
  BurstProgress,
  CommunityView,
  ControlInput,
  Counters,
  DialogueSnapshot,
  Faults,
  PhoneMessage,
  SandboxSettings,
  UserView,
} from '../../shared/sandbox.ts';
import { sampleAttachment } from './attachments.ts';
import { communityView, countersOf, dialogueSnapshot, userView } from './controlViews.ts';
import { type ControlDeps, check } from './dialogueControl.ts';
import { OkControl } from './okControl.ts';
import { OutgoingWatch } from './outgoingWatch.ts';
import { type RestoredDialogue, restoreDialogue } from './restoreDialogue.ts';
import type { VkAttachment } from './vkTypes.ts';
import { newCommunity, usualUser } from './world.ts';

export class SandboxControl extends OkControl {
  readonly #watch: OutgoingWatch;

  constructor(deps: ControlDeps) {
    super(deps);
    this.#watch = new OutgoingWatch(deps.world, deps.views);
  }

  createCommunity(input: ControlInput<'createCommunity'>): CommunityView {
    const { groupId, name, screenName, token, longPollEnabled } = check('createCommunity', input);
    const { world } = this.deps;
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
    return communityView(this.deps, community);
  }

  createUser(input: ControlInput<'createUser'>): UserView {
    const user = check('createUser', input);
    const { world } = this.deps;
    if (world.users.has(user.userId))
      throw new RangeError(`A user with userId ${user.userId} exists already`);
    const phoneConfirmedAtMs = user.phoneConfirmedAtMs === undefined ? Date.now() : user.phoneConfirmedAtMs;
    world.users.set(user.userId, { ...usualUser(), ...user, phoneConfirmedAtMs, isDeleted: false });
    world.emit('change', { type: 'world' });
    return userView(this.deps, user.userId);
  }

  listCommunities(): CommunityView[] {
    return [...this.deps.world.communities.values()].map((community) => communityView(this.deps, community));
  }

  listUsers(): UserView[] {
    return [...this.deps.world.users.keys()].map((userId) => userView(this.deps, userId));
  }

  sampleAttachment(input: ControlInput<'sampleAttachment'>): VkAttachment {
    const { type, ...identity } = check('sampleAttachment', input);
    return sampleAttachment(type, identity);
  }

  emitRaw(input: ControlInput<'emitRaw'>): { eventId: string } {
    const { groupId, type, object } = check('emitRaw', input);
    return { eventId: this.deps.stream.publish(this.community(groupId), type, object) };
  }

  burst(input: ControlInput<'burst'>): BurstProgress {
    const { groupId, users, firstUserId, messages, ratePerSecond, textPrefix } = check('burst', input);
    const community = this.community(groupId);
    const userIds =
      typeof users === 'number' ? Array.from({ length: users }, (_, index) => firstUserId + index) : users;
    for (const userId of userIds) {
      if (this.deps.world.users.has(userId)) continue;
      this.createUser({
        userId,
        firstName: 'Клиент',
        lastName: String(userId),
        phone: `+7${String(userId).padStart(10, '9')}`,
      });
    }
    const make = (n: number) => {
      this.deps.messaging.clientWrites(community, userIds[(n - 1) % userIds.length]!, {
        text: `${textPrefix}#${n}`,
      });
    };
    return {
      ...this.deps.bursts.start({
        messages,
        ratePerSecond,
        make,
        onFinished: () => this.deps.world.emit('change', { type: 'world' }),
      }),
    };
  }

  burstProgress(input: ControlInput<'burstProgress'>): BurstProgress {
    return this.deps.bursts.progress(check('burstProgress', input).burstId);
  }

  stopBurst(input: ControlInput<'stopBurst'>): BurstProgress {
    return this.deps.bursts.stop(check('stopBurst', input).burstId);
  }

  snapshot(input: ControlInput<'snapshot'>): DialogueSnapshot {
    const { groupId, userId, last } = check('snapshot', input);
    return dialogueSnapshot(this.deps, this.community(groupId), userId, last);
  }

  listDialogues(input: ControlInput<'listDialogues'>): number[] {
    return [...this.community(check('listDialogues', input).groupId).dialogues.keys()];
  }

  setFaults(input: ControlInput<'setFaults'>): Faults {
    this.deps.faults.set(check('setFaults', input), Object.keys(input));
    this.deps.world.emit('change', { type: 'faults' });
    return this.getFaults();
  }

  clearFaults(): Faults {
    this.deps.faults.clear();
    this.deps.world.emit('change', { type: 'faults' });
    return this.getFaults();
  }

  getFaults(): Faults {
    return structuredClone(this.deps.faults.current);
  }

  setSettings(input: ControlInput<'setSettings'>): SandboxSettings {
    Object.assign(this.deps.settings, check('setSettings', input));
    return this.getSettings();
  }

  getSettings(): SandboxSettings {
    return { ...this.deps.settings };
  }

  dropEventQueue(input: ControlInput<'dropEventQueue'>): void {
    this.deps.longPoll.dropQueue(check('dropEventQueue', input).groupId);
  }

  expireLongPollKeys(input: ControlInput<'expireLongPollKeys'>): void {
    this.deps.longPoll.expireKeys(check('expireLongPollKeys', input).groupId);
  }

  async confirmCallbackServer(
    input: ControlInput<'confirmCallbackServer'>,
  ): Promise<{ isConfirmed: boolean }> {
    const { groupId, serverId } = check('confirmCallbackServer', input);
    const community = this.community(groupId);
    const server = community.callbackServers.find((known) => known.serverId === serverId);
    if (!server) throw new RangeError(`No callback server ${serverId}`);
    return { isConfirmed: await this.deps.callbacks.confirm(community, server) };
  }

  counters(input: ControlInput<'counters'>): Counters {
    return countersOf(this.deps, this.community(check('counters', input).groupId));
  }

  /** Safe to repeat. In-process only. */
  restoreDialogue(given: RestoredDialogue): void {
    restoreDialogue(this.deps, given);
  }

  /**
   * The community's next message to this client that was not returned before, whether sent already or later. Rejects
   * after `timeoutMs`. In-process only.
   */
  nextMessageTo(
    userId: number,
    matches?: (message: PhoneMessage) => boolean,
    timeoutMs = 5000,
  ): Promise<PhoneMessage> {
    return this.#watch.next(userId, matches, timeoutMs);
  }

  /** Resolves once `isTrue` holds; it is checked again after each change in the sandbox. In-process only. */
  waitUntil(isTrue: () => boolean, timeoutMs = 5000): Promise<void> {
    return this.#watch.until(isTrue, timeoutMs);
  }
}
