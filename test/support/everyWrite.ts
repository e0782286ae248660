/** Fails each write of one piece of work, one after another, in each way in which a store can fail it. */
import { classifyStoreError } from '../../server/storage/classifyStoreError.ts';
import { type StoreFault, storeFaults } from './storeFaults.ts';
import { isWrite, type StoreProxy } from './storeProxy.ts';

export interface FailingWork<Subject, Outcome> {
  /** Makes what the work needs. Called for each fault, so that no fault meets the traces of another. */
  begin(): Promise<Subject> | Subject;
  work(subject: Subject): Promise<Outcome>;
  /** What the caller of the work does after it failed; by default it calls the same again. */
  again?(subject: Subject): Promise<Outcome>;
  /** Looks at what is stored, once the work has succeeded. @param outcome what it answered then. */
  check(subject: Subject, outcome: Outcome, failures: number): Promise<void> | void;
}

/** A caller that fails so often gives up. */
const CALLS_MAX = 4;

/**
 * The store fails one write once, then works again, and the caller repeats what failed. Every failure must be one
 * that a caller may repeat. @returns how many writes the work makes.
 */
export async function failEachWrite<Subject, Outcome>(
  proxy: StoreProxy,
  failing: FailingWork<Subject, Outcome>,
): Promise<number> {
  const written = proxy.writes.length;
  const whole = await failing.begin();
  const begun = proxy.writes.length;
  await failing.check(whole, await failing.work(whole), 0);
  const writes = proxy.writes.slice(begun);
  if (writes.length === 0) throw new Error(`The work wrote nothing, its beginning ${begun - written} times`);
  for (const [at, { name, collections }] of writes.entries())
    for (const fault of storeFaults) {
      const what = `${name} of ${collections} (write ${at + 1}): ${fault.kind}, ${fault.work}`;
      await failOne(proxy, failing, fault, at).catch((cause: unknown) => {
        throw new Error(`${what}: ${cause instanceof Error ? cause.message : cause}`, { cause });
      });
    }
  return writes.length;
}

async function failOne<Subject, Outcome>(
  proxy: StoreProxy,
  { begin, work, again = work, check }: FailingWork<Subject, Outcome>,
  fault: StoreFault,
  at: number,
): Promise<void> {
  const subject = await begin();
  let seen = 0;
  proxy.fail(fault, { of: (command) => isWrite(command) && seen++ === at });
  for (let failures = 0; ; failures += 1) {
    const attempt = await (failures === 0 ? work : again)(subject).then(
      (outcome) => ({ outcome }),
      (error: unknown) => ({ error }),
    );
    if ('outcome' in attempt) {
      if (proxy.heal() === 0) throw new Error('The write was not made this time');
      return check(subject, attempt.outcome, failures);
    }
    if (classifyStoreError(attempt.error) === 'unknown' || failures + 1 === CALLS_MAX) throw attempt.error;
  }
}
