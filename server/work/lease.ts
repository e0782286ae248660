/**
 * Leases: a process claims a row for a while, renews the claim while its work lasts, and releases it at the end. A
 * process that dies releases nothing; its lease runs out, and another process claims the row. The machines' clocks must
 * agree within a second or two, as NTP keeps them.
 *
 * Rows store a lease in one of these shapes. What a caller adds to a filter or an update stays with the caller.
 * - `leaseIn`: `lease: { owner, until } | null`. Communities (`communities/lease.ts`), lists (`campaigns/worker.ts`).
 * - `dueLease`: the row waits until `dueAt`, and a claim moves `dueAt` to the lease's end. Answers
 *   (`conversations/outbox/claims.ts`: `outbox.dueAt`, `outbox.owner`), service messages
 *   (`serviceMessages/claimBatch.ts`: `outbox.dueAt`, `outbox.claimId`).
 * - `leaseBeside`: the lease has fields of its own beside `dueAt`. Status notices (`statusWebhooks/noticeSender.ts`:
 *   `leaseUntil`, `claimId`).
 * - Without an owner, so that nobody can see whose the lease is; they share `leaseEnd` and `leaseRanOut` alone:
 *   `openMoves.dueAt` (`serviceMessages/statusEffects.ts`), `erasures.dueAt` (`personalData/erasing.ts`),
 *   `retention.leaseUntil` (`personalData/sweeper.ts`). Their work may be done twice without harm.
 * The times in `keyHolders`, `processes` and `clients.takeover` say when somebody was last alive. They are no leases; the
 * first is kept up by `keepRenewing` too.
 */
import type { Types } from 'mongoose';
import { type LoopClock, systemClock } from './dueLoop.ts';

/** The name of a process, or the id of one claim where a process may hold several. */
export type LeaseOwner = string | Types.ObjectId;

/** A part of a filter or of `$set`. Its values are typed `never`, so that it fits into those of any model. */
export type Fragment = Record<string, never>;

/** A write that does nothing unless its filter holds. */
export interface LeaseWrite {
  filter: Fragment;
  set: Fragment;
}

export interface Lease {
  /** Possible where nobody holds the lease any more. */
  claim(owner: LeaseOwner, leaseMs: number, now?: Date): LeaseWrite;
  /** Possible for its owner alone, also after it ran out, until another has claimed it. */
  renew(owner: LeaseOwner, leaseMs: number, now?: Date): LeaseWrite;
  /** Possible for its owner alone. */
  release(owner: LeaseOwner): LeaseWrite;
  heldBy(owner: LeaseOwner): Fragment;
}

export interface DueLease extends Omit<Lease, 'release'> {
  /** @param dueAt when the row may be claimed again. */
  release(owner: LeaseOwner, dueAt: Date): LeaseWrite;
}

export const leaseEnd = (leaseMs: number, now = new Date()): Date => new Date(now.getTime() + leaseMs);

/** True of a lease that was released, or never claimed, too. */
export const leaseRanOut = (leaseUntil: string, now: Date): Fragment =>
  fragment({ [leaseUntil]: { $not: { $gt: now } } });

/** Its owner may claim it again before it has run out. */
export function leaseIn(field: string): Lease {
  const [ownerField, untilField] = [`${field}.owner`, `${field}.until`];
  const heldBy = (owner: LeaseOwner) => fragment({ [ownerField]: owner });
  const held = (owner: LeaseOwner, leaseMs: number, now = new Date()) =>
    fragment({ [field]: { owner, until: leaseEnd(leaseMs, now) } });
  return {
    heldBy,
    claim: (owner, leaseMs, now = new Date()) => ({
      filter: fragment({ $or: [{ [field]: null }, heldBy(owner), { [untilField]: { $lte: now } }] }),
      set: held(owner, leaseMs, now),
    }),
    renew: (owner, leaseMs, now) => ({ filter: heldBy(owner), set: held(owner, leaseMs, now) }),
    release: (owner) => ({ filter: heldBy(owner), set: fragment({ [field]: null }) }),
  };
}

/** A range rather than `$exists`: with it the embedded store walks the index of what is due, and nothing else. */
const SINCE_EVER = new Date(0);

export function dueLease(fields: { dueAt: string; owner: string }): DueLease {
  const heldBy = (owner: LeaseOwner) =>
    fragment({ [fields.owner]: owner, [fields.dueAt]: { $gt: SINCE_EVER } });
  return {
    heldBy,
    claim: (owner, leaseMs, now = new Date()) => ({
      filter: fragment({ [fields.dueAt]: { $gt: SINCE_EVER, $lte: now } }),
      set: fragment({ [fields.owner]: owner, [fields.dueAt]: leaseEnd(leaseMs, now) }),
    }),
    renew: (owner, leaseMs, now) => ({
      filter: heldBy(owner),
      set: fragment({ [fields.dueAt]: leaseEnd(leaseMs, now) }),
    }),
    release: (owner, dueAt) => ({
      filter: heldBy(owner),
      set: fragment({ [fields.owner]: null, [fields.dueAt]: dueAt }),
    }),
  };
}

export function leaseBeside(fields: { leaseUntil: string; owner: string }): Lease {
  const heldBy = (owner: LeaseOwner) => fragment({ [fields.owner]: owner });
  return {
    heldBy,
    claim: (owner, leaseMs, now = new Date()) => ({
      filter: leaseRanOut(fields.leaseUntil, now),
      set: fragment({ [fields.owner]: owner, [fields.leaseUntil]: leaseEnd(leaseMs, now) }),
    }),
    renew: (owner, leaseMs, now) => ({
      filter: heldBy(owner),
      set: fragment({ [fields.leaseUntil]: leaseEnd(leaseMs, now) }),
    }),
    release: (owner) => ({
      filter: heldBy(owner),
      set: fragment({ [fields.owner]: null, [fields.leaseUntil]: null }),
    }),
  };
}

function fragment(values: Record<string, unknown>): Fragment {
  return values as Fragment;
}

export interface KeepRenewingOptions {
  everyMs: number;
  /** False when the lease is another's by now: it is not renewed any more. */
  renew(): Promise<boolean>;
  /** Called once, after a renewal that found the lease to be another's. */
  lost?(): void;
  logFailure(error: unknown): void;
  clock?: LoopClock;
}

/**
 * Renews a lease that was just claimed, until `stop`. A renewal that fails is followed by the next at its usual time. No
 * renewal waits for the one before: a single call that hangs must not cost the lease.
 */
export function keepRenewing({
  everyMs,
  renew,
  lost,
  logFailure,
  clock = systemClock,
}: KeepRenewingOptions): {
  /** Resolves when no renewal is under way any more. */
  stop(): Promise<void>;
} {
  const underWay = new Set<Promise<void>>();
  let isOver = false;
  let cancelTimer = () => {};

  function awaitNext(): void {
    cancelTimer = clock.startTimer(everyMs, renewAndAwaitNext, { keepsProcessAlive: true });
  }

  function renewAndAwaitNext(): void {
    const renewal = renewOnce().finally(() => underWay.delete(renewal));
    underWay.add(renewal);
    awaitNext();
  }

  async function renewOnce(): Promise<void> {
    try {
      const isOurs = await renew();
      if (isOurs || isOver) return;
      end();
      lost?.();
    } catch (error) {
      logFailure(error);
    }
  }

  function end(): void {
    isOver = true;
    cancelTimer();
  }

  awaitNext();
  return {
    async stop() {
      end();
      await Promise.all(underWay);
    },
  };
}
