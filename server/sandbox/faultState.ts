/** Holds which faults are switched on, and how many more times each one applies. */
import { type CheckedInput, type Faults, faults as faultsSchema } from '../../shared/sandbox.ts';
import type { HandOver } from '../../shared/sandboxNotify.ts';

/** Enough for a test; the oldest are forgotten. */
const MOST_HAND_OVERS = 20_000;

export class FaultState {
  readonly handOvers: HandOver[] = [];
  #current: Faults = faultsSchema.parse({});
  readonly #listeners: (() => void)[] = [];

  get current(): Readonly<Faults> {
    return this.#current;
  }

  onChange(listener: () => void): void {
    this.#listeners.push(listener);
  }

  /** Replaces only the fields that were given. */
  set(changes: CheckedInput<'setFaults'>, changedKeys: readonly string[]): void {
    const named = Object.fromEntries(Object.entries(changes).filter(([key]) => changedKeys.includes(key)));
    this.#current = { ...this.#current, ...structuredClone(named) };
    this.#notifyListeners();
  }

  clear(): void {
    this.#current = faultsSchema.parse({});
    this.#notifyListeners();
  }

  consumeLongPollFailure(): 1 | 2 | 3 | undefined {
    const first = this.#current.longPollFailed[0];
    if (!first) return undefined;
    first.times -= 1;
    if (first.times <= 0) this.#current.longPollFailed.shift();
    return first.failed;
  }

  /** @param peerId `peer_id` of a call of VK. */
  consumeApiError(method: string, peerId?: string): number | undefined {
    const isOfDialogue = (fault: Faults['apiErrors'][number]) =>
      fault.peerId === undefined || String(fault.peerId) === peerId;
    return consume(this.#current.apiErrors, method, isOfDialogue)?.code;
  }

  consumeCut(method: string, when: 'before' | 'after'): boolean {
    return consume(this.#current.cuts, method, (cut) => cut.when === when) !== undefined;
  }

  /** A random wait, 0 without a fault. */
  delayOf(method: string, before: 'work' | 'answer'): number {
    const fault = this.#current.delays.find((one) => isMeant(one.method, method));
    if (!fault) return 0;
    return Math.random() * (before === 'work' ? (fault.workMostMs ?? fault.mostMs) : fault.mostMs);
  }

  noteHandOvers(method: string, messages: readonly Pick<HandOver, 'message' | 'ttlSeconds'>[]): void {
    const arrivedAtMs = Date.now();
    for (const one of messages) this.handOvers.push({ method, arrivedAtMs, ...one });
    if (this.handOvers.length > MOST_HAND_OVERS) this.handOvers.splice(0, MOST_HAND_OVERS / 2);
  }

  consumeLostEvent(): boolean {
    if (this.#current.loseEvents <= 0) return false;
    this.#current.loseEvents -= 1;
    return true;
  }

  consumeLostStatus(): boolean {
    if (this.#current.statusLose <= 0) return false;
    this.#current.statusLose -= 1;
    return true;
  }

  #notifyListeners(): void {
    for (const listener of this.#listeners) listener();
  }
}

function consume<Fault extends { method: string; times?: number | undefined }>(
  list: Fault[],
  method: string,
  matches: (fault: Fault) => boolean = () => true,
): Fault | undefined {
  const index = list.findIndex((fault) => isMeant(fault.method, method) && matches(fault));
  const fault = list[index];
  if (fault?.times !== undefined) {
    fault.times -= 1;
    if (fault.times <= 0) list.splice(index, 1);
  }
  return fault;
}

/** `*` means VK's methods; long poll, the gateway and Odnoklassniki apply only when they are named. */
function isMeant(named: string, method: string): boolean {
  if (named === method) return true;
  return named === '*' && method !== 'longPoll' && !/^(gateway|ok)\./.test(method);
}
