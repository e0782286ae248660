/**
 * Unordered bulk writes whose caller needs to know what became of each operation. A caller that needs all or nothing
 * may call the driver itself, as long as it lets the error through.
 */
import { askAgain } from './askAgain.ts';
import { type KnownOutcome, outcomesOf, type WriteOutcome } from './bulkErrors.ts';
import { DUPLICATE_KEY } from './database.ts';

/** A collection of mongoose or of the driver; the caller's own types describe the documents. */
interface Collection {
  insertMany(documents: never, options: { ordered: false }): Promise<unknown>;
  bulkWrite(operations: never, options: { ordered: false }): Promise<unknown>;
}

/** Inserts documents unchanged. Never rejects. */
export function insertEach(collection: Collection, documents: readonly object[]): Promise<WriteOutcome[]> {
  return outcomesAfter(documents, () => collection.insertMany(documents as never, { ordered: false }));
}

/** Runs the driver's operations (`{ updateOne: … }`). Never rejects. */
export function writeEach(collection: Collection, operations: readonly object[]): Promise<WriteOutcome[]> {
  return outcomesAfter(operations, () => collection.bulkWrite(operations as never, { ordered: false }));
}

/**
 * The same for upserts. One that raced the first insert of its key is asked once more, and then finds that document.
 * A duplicate key that is left means that the filter excludes the stored document.
 */
export async function upsertEach(
  collection: Collection,
  operations: readonly object[],
): Promise<WriteOutcome[]> {
  const outcomes = await writeEach(collection, operations);
  const raced = indexesOf(outcomes, isDuplicate);
  const again = await writeEach(
    collection,
    raced.map((at) => operations[at]!),
  );
  for (const [nth, at] of raced.entries()) outcomes[at] = again[nth]!;
  return outcomes;
}

export function isDuplicate(outcome: WriteOutcome): boolean {
  return outcome.kind === 'refused' && outcome.code === DUPLICATE_KEY;
}

/** Throws the error of the first outcome that is neither written nor among the expected ones. */
export function throwUnless(
  outcomes: readonly WriteOutcome[],
  isExpected: (outcome: WriteOutcome) => boolean = () => false,
): void {
  for (const outcome of outcomes) if (outcome.kind !== 'written' && !isExpected(outcome)) throw outcome.error;
}

/**
 * Asks again for what is unknown, until every outcome is known. Each operation must be safe to repeat.
 * @param ask gets the indexes to ask for, and answers in their order.
 * @returns what was asked again in `repeated`: such an operation may meet what it wrote itself.
 * @throws the error of an operation that stays unknown; its caller must not claim that it is done.
 */
export async function askUntilKnown(
  count: number,
  ask: (indexes: readonly number[]) => Promise<WriteOutcome[]>,
): Promise<{ outcomes: KnownOutcome[]; repeated: Set<number> }> {
  const outcomes: WriteOutcome[] = [];
  const repeated = new Set<number>();
  let open = Array.from({ length: count }, (_, at) => at);
  await askAgain(async (isRepeat) => {
    if (isRepeat) for (const at of open) repeated.add(at);
    const answers = await ask(open);
    for (const [nth, at] of open.entries()) outcomes[at] = answers[nth]!;
    open = indexesOf(outcomes, ({ kind }) => kind === 'unknown');
    const unknown = outcomes.find((outcome) => outcome.kind === 'unknown');
    if (unknown) throw unknown.error;
  });
  return { outcomes: outcomes as KnownOutcome[], repeated };
}

function indexesOf(
  outcomes: readonly WriteOutcome[],
  isWanted: (outcome: WriteOutcome) => boolean,
): number[] {
  return outcomes.flatMap((outcome, at) => (isWanted(outcome) ? [at] : []));
}

async function outcomesAfter(
  operations: readonly object[],
  work: () => Promise<unknown>,
): Promise<WriteOutcome[]> {
  // The driver refuses an empty bulk.
  if (operations.length === 0) return [];
  try {
    await work();
    return operations.map(() => ({ kind: 'written' }));
  } catch (error) {
    return outcomesOf(error, operations.length);
  }
}
