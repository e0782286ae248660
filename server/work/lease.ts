/**
 * Leases: a process claims a document for a time, renews the lease while it works, and releases it at the end. When a
 * process crashes, its lease expires and another process claims the document. All times are by `clock.ts`, on which
 * processes agree within about a second.
 *
 * A document stores its lease in one of these shapes. Callers may add to the filters and updates that are built here.
 * - `leaseIn`: `lease: { owner, until } | null`. Communities (`communities/lease.ts`), campaigns
 *   (`campaigns/worker.ts`).
 * - `dueLease`: the document is due at `dueAt`, and a claim sets `dueAt` to the lease's end. Answers
 *   (`conversations/outbox/claims.ts`: `outbox.dueAt`, `outbox.owner`), service messages
 *   (`serviceMessages/sending/claimBatch.ts`: `outbox.dueAt`, `outbox.claimId`), status effects
 *   (`serviceMessages/statuses/statusEffects.ts`: `openMoves.dueAt`, `sweptBy`), erasures (`personalData/erasing.ts`:
 *   `dueAt`, `runId`).
 * - `leaseBeside`: the lease has its own fields beside `dueAt`. Status notices (`statusWebhooks/noticeSender.ts`:
 *   `leaseUntil`, `claimId`), retention (`personalData/sweeper.ts`: `leaseUntil`, `sweptBy`).
 * The times in `keyHolders`, `processes` and `clients.takeover` are not leases: they record when a process was last
 * alive. `keepRenewing` also updates the time in `keyHolders`.
 */
import type { Types } from 'mongoose';
import { currentTime } from './clock.ts';
import { type LoopClock, systemClock } from './dueLoop.ts';

/** The id of a process, or the id of one claim where a process may hold several. */
export type LeaseOwner = string | Types.ObjectId;

/** A part of a filter or of `$set`. Its values have the type `never`, so that it fits any model. */
export type Fragment = Record<string, never>;

/** A write that does nothing unless its filter matches. */
export interface LeaseWrite {
  filter: Fragment;
  set: Fragment;
}

export interface Lease {
  /** Succeeds when no process holds the lease. */
  claim(owner: LeaseOwner, leaseMs: number, now?: Date): LeaseWrite;
  /** Succeeds for the owner only, also after the lease expired, until another process claims it. */
  renew(owner: LeaseOwner, leaseMs: number, now?: Date): LeaseWrite;
  /** Succeeds for the owner only. */
  release(owner: LeaseOwner): LeaseWrite;
  heldBy(owner: LeaseOwner): Fragment;
}

export interface DueLease extends Omit<Lease, 'release'> {
  /** @param dueAt when the document may be claimed again. */
  release(owner: LeaseOwner, dueAt: Date): LeaseWrite;
}

export const leaseEnd = (leaseMs: number, now = currentTime()): Date => new Date(now.getTime() + leaseMs);

/** Also matches a lease that was released or never claimed. */
const leaseRanOut = (leaseUntil: string, now: Date): Fragment =>
  fragment({ [leaseUntil]: { $not: { $gt: now } } });

/** The owner may claim this lease again before it expires. */
export function leaseIn(field: string): Lease {
  const [ownerField, untilField] = [`${field}.owner`, `${field}.until`];
  const heldBy = (owner: LeaseOwner) => fragment({ [ownerField]: owner });
  const held = (owner: LeaseOwner, leaseMs: number, now = currentTime()) =>
    fragment({ [field]: { owner, until: leaseEnd(leaseMs, now) } });
  return {
    heldBy,
    claim: (owner, leaseMs, now = currentTime()) => ({
      filter: fragment({ $or: [{ [field]: null }, heldBy(owner), { [untilField]: { $lte: now } }] }),
      set: held(owner, leaseMs, now),
    }),
    renew: (owner, leaseMs, now) => ({ filter: heldBy(owner), set: held(owner, leaseMs, now) }),
    release: (owner) => ({ filter: heldBy(owner), set: fragment({ [field]: null }) }),
  };
}

/** A range instead of `$exists` lets the embedded store scan the index of due documents only. */
const EPOCH = new Date(0);

export function dueLease(fields: { dueAt: string; owner: string }): DueLease {
  const heldBy = (owner: LeaseOwner) => fragment({ [fields.owner]: owner, [fields.dueAt]: { $gt: EPOCH } });
  return {
    heldBy,
    claim: (owner, leaseMs, now = currentTime()) => ({
      filter: fragment({ [fields.dueAt]: { $gt: EPOCH, $lte: now } }),
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
    claim: (owner, leaseMs, now = currentTime()) => ({
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
  /** False when another owner holds the lease by now: renewing then stops. */
  renew(): Promise<boolean>;
  /** Called once, when a renewal finds that another owner holds the lease. */
  lost?(): void;
  logFailure(error: unknown): void;
  clock?: LoopClock;
}

/**
 * Renews a lease that was just claimed, until `stop`. After a failed renewal, the next one follows at its usual time.
 * Renewals do not wait for each other, so a call that hangs does not cost the lease.
 */
export function keepRenewing({
  everyMs,
  renew,
  lost,
  logFailure,
  clock = systemClock,
}: KeepRenewingOptions): {
  /** Resolves when no renewal is running. */
  stop(): Promise<void>;
} {
  const inFlight = new Set<Promise<void>>();
  let isOver = false;
  let cancelTimer = () => {};

  function awaitNext(): void {
    cancelTimer = clock.startTimer(everyMs, renewAndAwaitNext, { keepsProcessAlive: true });
  }

  function renewAndAwaitNext(): void {
    const renewal = renewOnce().finally(() => inFlight.delete(renewal));
    inFlight.add(renewal);
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
      await Promise.all(inFlight);
    },
  };
}
