/**
 * Turns each thing that happened into a VK event and gives it to long poll and to webhooks. The faults that lose,
 * repeat, reorder, split or shorten events live here; delivery is left to the two transports.
 */
import { randomBytes } from 'node:crypto';
import type { SandboxSettings } from '../../shared/sandbox.ts';
import { eventTypes } from './eventTypes.ts';
import type { FaultState } from './faultState.ts';
import { Shuffle } from './shuffle.ts';
import type { VkEvent, VkMessage } from './vkTypes.ts';
import type { Community } from './world.ts';

export interface Transport {
  accept(community: Community, event: VkEvent): void;
}

interface Held {
  community: Community;
  event: VkEvent;
  number: number;
}

/** Types in a community's settings; events of other types are passed on whatever the settings say. */
const knownTypes = new Set(eventTypes);
const croppedTextChars = 100;

export class EventStream {
  readonly #faults: FaultState;
  readonly #longPoll: Transport;
  readonly #callbacks: Transport;
  readonly #counts = new Map<number, { published: number; lost: number }>();
  readonly #shuffle: Shuffle<Held>;

  constructor(deps: {
    faults: FaultState;
    settings: SandboxSettings;
    longPoll: Transport;
    callbacks: Transport;
  }) {
    this.#faults = deps.faults;
    this.#longPoll = deps.longPoll;
    this.#callbacks = deps.callbacks;
    const { faults, settings } = deps;
    this.#shuffle = new Shuffle({ faults, settings, hand: (held) => this.#hand(held) });
  }

  /** Returns the event's id, which every repeat of the event keeps. */
  publish(community: Community, type: string, object: unknown): string {
    const event: VkEvent = {
      group_id: community.groupId,
      type,
      event_id: randomBytes(20).toString('hex'),
      v: community.longPoll.apiVersion,
      object: this.#misshape(type, object),
    };
    const counts = this.counts(community.groupId);
    counts.published += 1;
    if (this.#faults.current.suppressEvents.includes(type) || this.#faults.consumeLostEvent()) {
      counts.lost += 1;
      return event.event_id;
    }
    const number = counts.published;
    for (let copy = 0; copy < this.#faults.current.repeatEvents; copy += 1)
      this.#shuffle.push({ community, event, number });
    return event.event_id;
  }

  counts(groupId: number): { published: number; lost: number } {
    let counts = this.#counts.get(groupId);
    if (!counts) {
      counts = { published: 0, lost: 0 };
      this.#counts.set(groupId, counts);
    }
    return counts;
  }

  close(): void {
    this.#shuffle.close();
  }

  #hand({ community, event, number }: Held): void {
    const split = this.#faults.current.splitTransports;
    if (!split || number % 2 === 1) this.#longPoll.accept(community, event);
    if (!split || number % 2 === 0) this.#callbacks.accept(community, event);
  }

  #misshape(type: string, object: unknown): unknown {
    const { omitRandomId, cropMessages } = this.#faults.current;
    if (!omitRandomId && !cropMessages) return object;
    const change = (message: VkMessage): VkMessage => {
      const changed = { ...message };
      if (omitRandomId) delete changed.random_id;
      if (!cropMessages) return changed;
      delete changed.reply_message;
      delete changed.keyboard;
      const text = [...changed.text].slice(0, croppedTextChars).join('');
      return { ...changed, text, attachments: [], fwd_messages: [], is_cropped: true };
    };
    if (type === 'message_new') {
      const wrapped = object as { message: VkMessage };
      return { ...wrapped, message: change(wrapped.message) };
    }
    if (type === 'message_reply' || type === 'message_edit') return change(object as VkMessage);
    return object;
  }
}

export function isSwitchedOn(events: Record<string, 0 | 1>, type: string): boolean {
  return !knownTypes.has(type) || events[type] === 1;
}

/** Below 5.103 `message_new` carries the bare message (VK's page of the message_new event). */
export function atVersion(event: VkEvent, version: string): VkEvent {
  const isOld = compareVersions(version, '5.103') < 0;
  if (event.type !== 'message_new' || !isOld) return { ...event, v: version };
  return { ...event, v: version, object: (event.object as { message: VkMessage }).message };
}

export function compareVersions(left: string, right: string): number {
  const [leftMajor = 0, leftMinor = 0] = left.split('.').map(Number);
  const [rightMajor = 0, rightMinor = 0] = right.split('.').map(Number);
  return leftMajor - rightMajor || leftMinor - rightMinor;
}
