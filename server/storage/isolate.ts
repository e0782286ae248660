/** Runs one of many pieces of work, so that its failure does not stop the others. */
import { classifyStoreError } from './classifyStoreError.ts';

/**
 * False when the work failed for a reason of its own, after `onFailure`. Rejects when the store is away: then the
 * others would fail too, and the caller repeats all of them later.
 */
export async function isolated(
  work: () => Promise<unknown>,
  onFailure: (error: unknown) => unknown,
): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    if (classifyStoreError(error) === 'away') throw error;
    await onFailure(error);
    return false;
  }
}
