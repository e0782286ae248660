/** Fails each command of one piece of work, one after another. */
import { classifyStoreError } from '../../server/storage/classifyStoreError.ts';
import { type StoreCommand, type StoreFault, usualFaults } from './storeFaults.ts';
import { isWrite, type StoreProxy } from './storeProxy.ts';

export interface FailingWork<Subject, Outcome> {
  /** Makes what the work needs. Called for each fault, so that no fault meets the traces of another. */
  begin(): Promise<Subject> | Subject;
  work(subject: Subject): Promise<Outcome>;
  /** What the caller of the work does after it failed; by default it calls the same again. */
  again?(subject: Subject): Promise<Outcome>;
  /** Looks at what is stored, once the work has succeeded. @param outcome what it answered then. */
  check(subject: Subject, outcome: Outcome, failures: number): Promise<void> | void;
  /** By default two ways. All of `storeFaults` where the code tells one from another. */
  faults?: StoreFault[];
}

/** A caller that fails so often gives up. */
const CALLS_MAX = 4;

/**
 * The store fails one command once, then works again, and the caller repeats what failed. Every failure must be one
 * that a caller may repeat. @returns how many commands of this kind the work sends.
 */
export async function failEach<Subject, Outcome>(
  proxy: StoreProxy,
  isMeant: (command: StoreCommand) => boolean,
  failing: FailingWork<Subject, Outcome>,
): Promise<number> {
  const whole = await failing.begin();
  const begun = proxy.commands.length;
  const outcome = await failing.work(whole);
  const meant = proxy.commands.slice(begun).filter(isMeant);
  await failing.check(whole, outcome, 0);
  if (meant.length === 0) throw new Error('The work sends no such command');
  for (const [at, { name, collections }] of meant.entries())
    for (const fault of failing.faults ?? usualFaults) {
      const what = `${name} of ${collections} (${at + 1} of ${meant.length}): ${fault.kind}, ${fault.work}`;
      await failOne(proxy, isMeant, failing, { fault, at }).catch((cause: unknown) => {
        throw new Error(`${what}: ${cause instanceof Error ? cause.message : cause}`, { cause });
      });
    }
  return meant.length;
}

export const failEachWrite = <Subject, Outcome>(proxy: StoreProxy, failing: FailingWork<Subject, Outcome>) =>
  failEach(proxy, isWrite, failing);

async function failOne<Subject, Outcome>(
  proxy: StoreProxy,
  isMeant: (command: StoreCommand) => boolean,
  { begin, work, again = work, check }: FailingWork<Subject, Outcome>,
  { fault, at }: { fault: StoreFault; at: number },
): Promise<void> {
  const subject = await begin();
  let seen = 0;
  proxy.fail(fault, { of: (command) => isMeant(command) && seen++ === at });
  for (let failures = 0; ; failures += 1) {
    const attempt = await (failures === 0 ? work : again)(subject).then(
      (outcome) => ({ outcome }),
      (error: unknown) => ({ error }),
    );
    if ('outcome' in attempt) {
      if (proxy.heal() === 0) throw new Error('The command was not sent this time');
      return check(subject, attempt.outcome, failures);
    }
    if (classifyStoreError(attempt.error) === 'unknown' || failures + 1 === CALLS_MAX) throw attempt.error;
  }
}
