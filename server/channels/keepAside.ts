/**
 * Bounds the attempts at one event, so that it does not stop the others. Long poll, webhooks, backfill and sweeps all
 * ingest through here. An event that fails for its own reason becomes a dead letter, and its dialogue goes on.
 */
import type { Logger } from 'pino';
import type { CommunityRef } from '../communities/communityRef.ts';
import type { DeadLetter } from '../deadLetters/deadLetter.model.ts';
import type { DeadLetters, NewDeadLetter } from '../deadLetters/deadLetters.ts';
import { type Backoff, backoffMs, pause } from '../work/backoff.ts';
import { CommunityStopError } from './communityStop.ts';
import { attemptsFor, isPassingAtNetwork, NetworkAwayError, NotKeptError, whyFailed } from './whyFailed.ts';

export interface AsideDeps {
  deadLetters: DeadLetters;
  logger: Logger;
  /** The error without the parts that must not be logged. */
  loggable(error: unknown): unknown;
  /** The waits between the attempts at one event; tests wait less. */
  attemptBackoff?: Backoff | undefined;
}

/** An event, and the letter that it becomes if it cannot be stored. */
export interface Ingest<T = unknown> {
  community: CommunityRef;
  /** One attempt. Safe to repeat. */
  ingest(): Promise<T>;
  letter(): NewDeadLetter;
  /** After the last attempt: whether the network fails in passing for other dialogues too, so that it is no fault of this event. */
  failsForOthers?(): Promise<boolean>;
  /** Called when the event has become a letter, and had none before. */
  keptAside?(): void;
}

export type Ingested<T> = { kind: 'stored'; value: T } | { kind: 'keptAside' };

const usualBackoff: Backoff = { firstMs: 100, mostMs: 5_000, jitter: 'full' };
const never = new AbortController().signal;

/**
 * Resolves when the event is stored or kept aside. Rejects while the store or the network is away, and with
 * `CommunityStopError`; the caller then repeats the call.
 */
export async function ingestOrKeepAside<T>(
  deps: AsideDeps,
  event: Ingest<T>,
  signal: AbortSignal = never,
): Promise<Ingested<T>> {
  for (let failures = 1; ; failures += 1) {
    try {
      return { kind: 'stored', value: await event.ingest() };
    } catch (error) {
      const attempts = error instanceof CommunityStopError ? Number.POSITIVE_INFINITY : attemptsFor(error);
      if (attempts === Number.POSITIVE_INFINITY || signal.aborted) throw error;
      if (failures >= attempts || (await isKept(deps, event))) {
        if (failures === attempts && event.failsForOthers && isPassingAtNetwork(error)) {
          if (await event.failsForOthers())
            throw new NetworkAwayError('The network fails for other dialogues too', { cause: error });
          // An outage may have ended just before the comparison: one more attempt decides.
          continue;
        }
        await keepAside(deps, event, error);
        return { kind: 'keptAside' };
      }
      await pause(backoffMs({ ...(deps.attemptBackoff ?? usualBackoff), failures }), signal);
      if (signal.aborted) throw error;
    }
  }
}

/** Another attempt would only fail again: long poll, webhook and history may all bring the same event. */
async function isKept({ deadLetters }: AsideDeps, { community, letter }: Ingest): Promise<boolean> {
  return deadLetters.isKept(community, letter().identity).catch(() => false);
}

async function keepAside(
  { deadLetters, logger }: AsideDeps,
  { community, letter, keptAside }: Ingest,
  error: unknown,
): Promise<void> {
  const made = letter();
  const reason = reasonOf(error);
  const kept = await deadLetters.keep(community, made, reason).catch((cause: unknown) => {
    throw new NotKeptError('An event could neither be stored nor kept aside', { cause });
  });
  if (kept === 'full')
    throw new NotKeptError('The community has too many events that could not be stored', { cause: error });
  if (kept === 'new') {
    keptAside?.();
    // Not the error itself: a duplicate key names the value, which may be a client's text.
    logger.error(
      { communityId: community.id, type: made.eventType, reason },
      'an event cannot be stored and is kept aside',
    );
  }
}

/** Null when the store or the network is away, or the network stops the community. */
export function reasonToKeepAside(error: unknown): DeadLetter['reason'] | null {
  const isAway = error instanceof CommunityStopError || whyFailed(error).cause === 'away';
  return isAway ? null : reasonOf(error);
}

/** Without the error's text: it may hold a client's. */
function reasonOf(error: unknown): DeadLetter['reason'] {
  const why = whyFailed(error);
  const { name, code } = (error ?? {}) as { name?: unknown; code?: unknown };
  return {
    cause: why.cause === 'away' ? 'network' : why.cause,
    name: typeof name === 'string' ? name.slice(0, 64) : 'unknown',
    code: Number.isSafeInteger(Number(code ?? Number.NaN)) ? Number(code) : null,
  };
}
