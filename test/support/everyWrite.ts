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

/**
 * For long work that goes on where it stopped: the first write of each kind (command and collection) fails once, and the
 * caller repeats the work until it succeeds. @returns the kinds that failed.
 */
export async function failEachKindOfWrite<Outcome>(
  proxy: StoreProxy,
  fault: StoreFault,
  work: () => Promise<Outcome>,
): Promise<{ outcome: Outcome; kinds: string[] }> {
  const kinds = new Set<string>();
  proxy.fail(fault, {
    of(command) {
      const kind = `${command.name} ${command.collections}`;
      if (!isWrite(command) || kinds.has(kind)) return false;
      kinds.add(kind);
      return true;
    },
  });
  for (let calls = 0; ; calls += 1)
    try {
      const outcome = await work();
      proxy.heal();
      return { outcome, kinds: [...kinds] };
    } catch (error) {
      if (classifyStoreError(error) === 'unknown' || calls > kinds.size + CALLS_MAX) throw error;
    }
}

/**
 * For a loop that does its work by itself and repeats by itself what failed, so that the number of its writes varies:
 * fails the first write of a run, the second one of the next run, and so on, until a run needs no more writes.
 */
export async function failEachWriteOfLoop<Subject>(
  proxy: StoreProxy,
  {
    begin,
    work,
    check,
    faults = usualFaults,
  }: Omit<FailingWork<Subject, void>, 'again' | 'check'> & {
    check(subject: Subject): Promise<void> | void;
  },
): Promise<void> {
  for (const fault of faults)
    for (let at = 0, isReached = true; isReached; at += 1) {
      const subject = await begin();
      let seen = 0;
      proxy.fail(fault, { of: (command) => isWrite(command) && seen++ === at });
      try {
        await work(subject);
        isReached = proxy.heal() > 0;
        await check(subject);
      } catch (cause) {
        throw new Error(`write ${at + 1}: ${fault.kind}, ${fault.work}: ${cause}`, { cause });
      }
    }
}

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
