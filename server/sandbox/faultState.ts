/** Which misbehaviours are switched on now, and how many times each is still owed. */
import { type CheckedInput, type Faults, faults as faultsSchema } from '../../shared/sandbox.ts';

export class FaultState {
  #current: Faults = faultsSchema.parse({});
  readonly #listeners: (() => void)[] = [];

  get current(): Readonly<Faults> {
    return this.#current;
  }

  onChange(listener: () => void): void {
    this.#listeners.push(listener);
  }

  /** Replaces only the fields that were given. */
  set(changes: CheckedInput<'setFaults'>, given: readonly string[]): void {
    const named = Object.fromEntries(Object.entries(changes).filter(([key]) => given.includes(key)));
    this.#current = { ...this.#current, ...structuredClone(named) };
    this.#announce();
  }

  clear(): void {
    this.#current = faultsSchema.parse({});
    this.#announce();
  }

  consumeLongPollFailure(): 1 | 2 | 3 | undefined {
    const first = this.#current.longPollFailed[0];
    if (!first) return undefined;
    first.times -= 1;
    if (first.times <= 0) this.#current.longPollFailed.shift();
    return first.failed;
  }

  consumeApiError(method: string): number | undefined {
    return consume(this.#current.apiErrors, method)?.code;
  }

  consumeCut(method: string, when: 'before' | 'after'): boolean {
    return consume(this.#current.cuts, method, (cut) => cut.when === when) !== undefined;
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

  #announce(): void {
    for (const listener of this.#listeners) listener();
  }
}

function consume<Fault extends { method: string; times?: number | undefined }>(
  list: Fault[],
  method: string,
  matches: (fault: Fault) => boolean = () => true,
): Fault | undefined {
  const index = list.findIndex((fault) => isMeant(fault.method, method) && matches(fault));
  const found = list[index];
  if (found?.times !== undefined) {
    found.times -= 1;
    if (found.times <= 0) list.splice(index, 1);
  }
  return found;
}

/** `*` means VK's methods; a long poll, the gateway and Odnoklassniki are meant only when they are named. */
function isMeant(named: string, method: string): boolean {
  if (named === method) return true;
  return named === '*' && method !== 'longPoll' && !/^(gateway|ok)\./.test(method);
}
