/**
 * Acts in a dialogue: as the client on the phone, and as the administrator who answers in VK itself, bypassing the
 * desk. Each act becomes the event that VK would send.
 */

import type { SandboxSettings } from '../../shared/sandbox.ts';
import {
  type CheckedInput,
  type ControlInput,
  type ControlOperation,
  controlInputs,
} from '../../shared/sandbox.ts';
import type { ApiServer } from './apiServer.ts';
import type { Bursts } from './burst.ts';
import type { CallbackDelivery } from './callbackDelivery.ts';
import { type PressOutcome, pressButton } from './clientButtons.ts';
import type { EventStream } from './eventStream.ts';
import type { FaultState } from './faultState.ts';
import type { Gateway } from './gateway/gateway.ts';
import type { LongPoll } from './longPoll.ts';
import type { Views } from './messageView.ts';
import { type Messaging, requireMessage } from './messaging.ts';
import type { OkMessaging } from './ok/okMessaging.ts';
import type { OkWebhooks } from './ok/okWebhooks.ts';
import type { OkWorld } from './ok/okWorld.ts';
import type { Phones } from './phones.ts';
import type { Community, Dialogue, World } from './world.ts';

export interface ControlDeps {
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
  gateway: Gateway;
  ok: OkWorld;
  okMessaging: OkMessaging;
  okWebhooks: OkWebhooks;
  /** OK group -> method -> calls. */
  okCalls: ReadonlyMap<string, ReadonlyMap<string, number>>;
}

/** Validates inputs here too: a call in the same process can be as wrong as one over HTTP. */
export function check<Op extends ControlOperation>(operation: Op, input: ControlInput<Op>): CheckedInput<Op> {
  return controlInputs[operation].parse(input) as CheckedInput<Op>;
}

export class DialogueControl {
  protected readonly deps: ControlDeps;

  constructor(deps: ControlDeps) {
    this.deps = deps;
  }

  clientSends(input: ControlInput<'clientSends'>): { cmid: number; messageId: number; eventId: string } {
    const { groupId, userId, ...draft } = check('clientSends', input);
    this.requireVkUser(userId);
    const { message, eventId } = this.deps.messaging.clientWrites(this.community(groupId), userId, draft);
    return { cmid: message.cmid, messageId: message.id, eventId };
  }

  clientEdits(input: ControlInput<'clientEdits'>): { eventId: string } {
    const { cmid, text, ...where } = check('clientEdits', input);
    const { community, dialogue } = this.dialogue(where);
    return {
      eventId: this.deps.messaging.edit(community, dialogue, requireMessage(dialogue, cmid), { text }),
    };
  }

  clientDeletes(input: ControlInput<'clientDeletes'>): void {
    const { cmid, ...where } = check('clientDeletes', input);
    const { community, dialogue } = this.dialogue(where);
    this.deps.messaging.delete(community, dialogue, requireMessage(dialogue, cmid));
  }

  /**
   * A text button writes a message; a callback button sends an event that waits for an answer; a link returns its
   * address.
   */
  clientPressesButton(input: ControlInput<'clientPressesButton'>): PressOutcome {
    const press = check('clientPressesButton', input);
    return pressButton(this.deps, this.dialogue(press), press);
  }

  clientTypes(input: ControlInput<'clientTypes'>): { eventId: string } {
    const { groupId, userId } = check('clientTypes', input);
    return { eventId: this.deps.messaging.clientTypes(this.community(groupId), userId) };
  }

  /** eventId is null when there was nothing new to read. */
  clientReads(input: ControlInput<'clientReads'>): { eventId: string | null } {
    const { upToCmid, ...where } = check('clientReads', input);
    const { community, dialogue } = this.dialogue(where);
    return { eventId: this.deps.messaging.clientReads(community, dialogue, upToCmid) };
  }

  clientReacts(input: ControlInput<'clientReacts'>): { eventId: string } {
    const { cmid, reactionId, ...where } = check('clientReacts', input);
    const { community, dialogue } = this.dialogue(where);
    return { eventId: this.deps.messaging.react(community, dialogue, where.userId, cmid, reactionId) };
  }

  clientAllows(input: ControlInput<'clientAllows'>): { eventId: string } {
    const { key, ...where } = check('clientAllows', input);
    const { community, dialogue } = this.dialogue(where);
    return { eventId: this.deps.messaging.allow(community, dialogue, key) };
  }

  clientDenies(input: ControlInput<'clientDenies'>): { eventId: string } {
    const { community, dialogue } = this.dialogue(check('clientDenies', input));
    return { eventId: this.deps.messaging.deny(community, dialogue) };
  }

  blacklistUser(input: ControlInput<'blacklistUser'>): void {
    const { groupId, userId, blacklisted } = check('blacklistUser', input);
    const { blacklist } = this.community(groupId);
    if (blacklisted) blacklist.add(userId);
    else blacklist.delete(userId);
    this.deps.world.publish(groupId, userId);
  }

  deleteUser(input: ControlInput<'deleteUser'>): void {
    this.deps.world.requireUser(check('deleteUser', input).userId).isDeleted = true;
    this.deps.world.emit('change', { type: 'world' });
  }

  /** An administrator answers in VK itself, bypassing the desk. */
  adminWrites(input: ControlInput<'adminWrites'>): { cmid: number; messageId: number } {
    const { groupId, userId, text, adminId, attachments } = check('adminWrites', input);
    const draft = {
      text,
      attachments,
      adminAuthorId: adminId,
      randomId: Math.floor(Math.random() * 2 ** 31),
    };
    const message = this.deps.messaging.communityWrites(this.community(groupId), userId, draft);
    return { cmid: message.cmid, messageId: message.id };
  }

  adminReads(input: ControlInput<'adminReads'>): void {
    const { community, dialogue } = this.dialogue(check('adminReads', input));
    this.deps.messaging.communityReads(community, dialogue);
  }

  protected requireVkUser(userId: number): void {
    this.deps.world.requireUser(userId);
    if (!this.deps.world.vkUser(userId)) throw new RangeError(`The person ${userId} is not in VK`);
  }

  protected community(groupId: number): Community {
    return this.deps.world.requireCommunity(groupId);
  }

  protected dialogue({ groupId, userId }: { groupId: number; userId: number }): {
    community: Community;
    dialogue: Dialogue;
  } {
    this.requireVkUser(userId);
    const community = this.community(groupId);
    return { community, dialogue: this.deps.world.dialogue(community, userId) };
  }
}
