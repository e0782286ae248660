/** Upserts of one key by several processes at once. */
import { isDuplicateKey } from './database.ts';

/**
 * When two upserts insert the same key at once, a server may refuse one with a duplicate key, although its filter
 * would match by now. So it is asked once more. A duplicate key that is left means that the filter excludes the stored
 * document.
 */
export async function upserting<T>(upsert: () => Promise<T>): Promise<T> {
  try {
    return await upsert();
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
    return upsert();
  }
}
