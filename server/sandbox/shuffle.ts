/** Holds events and releases them in a seeded random order while the fault `shuffleEvents` is on. */
import type { SandboxSettings } from '../../shared/sandbox.ts';
import type { FaultState } from './faultState.ts';
import { seededRandom } from './seededRandom.ts';

export class Shuffle<Held> {
  readonly #faults: FaultState;
  readonly #settings: SandboxSettings;
  readonly #hand: (held: Held) => void;
  #held: Held[] = [];
  #holdTimer: NodeJS.Timeout | undefined;
  #random: (() => number) | undefined;
  #randomSeed: number | undefined;

  constructor(deps: { faults: FaultState; settings: SandboxSettings; hand: (held: Held) => void }) {
    this.#faults = deps.faults;
    this.#settings = deps.settings;
    this.#hand = deps.hand;
  }

  push(held: Held): void {
    const shuffle = this.#faults.current.shuffleEvents;
    if (!shuffle) {
      this.#flush();
      this.#hand(held);
      return;
    }
    if (this.#randomSeed !== shuffle.seed) {
      this.#randomSeed = shuffle.seed;
      this.#random = seededRandom(shuffle.seed);
    }
    this.#held.push(held);
    if (this.#held.length >= shuffle.windowSize) this.#flush();
    else this.#holdTimer ??= setTimeout(() => this.#flush(), this.#settings.shuffleHoldMs);
  }

  close(): void {
    clearTimeout(this.#holdTimer);
  }

  #flush(): void {
    clearTimeout(this.#holdTimer);
    this.#holdTimer = undefined;
    const batch = this.#held;
    this.#held = [];
    const random = this.#random ?? Math.random;
    for (let index = batch.length - 1; index > 0; index -= 1) {
      const other = Math.floor(random() * (index + 1));
      [batch[index], batch[other]] = [batch[other]!, batch[index]!];
    }
    for (const held of batch) this.#hand(held);
  }
}
