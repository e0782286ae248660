/** The limit of a document's nesting, and its check. */
import type { Document } from 'bson';
import { CommandError } from '../errors.ts';

/** MongoDB's limit is close: https://www.mongodb.com/docs/manual/reference/limits/ */
export const maxNestedLevels = 180;

export function checkNesting(document: Document): void {
  if (levelsOf(document) > maxNestedLevels) throw new CommandError(15, 'the document is nested too deeply');
}

/** Levels of documents and arrays inside one another; 0 for a flat document. Stops counting beyond the limit. */
export function levelsOf(value: unknown, level = 0): number {
  if (typeof value !== 'object' || value === null) return level - 1;
  if (level > maxNestedLevels) return level;
  let deepest = level;
  if (Array.isArray(value)) {
    for (const element of value) deepest = Math.max(deepest, levelsOf(element, level + 1));
  } else if (isPlainDocument(value)) {
    for (const name of Object.keys(value)) {
      deepest = Math.max(deepest, levelsOf((value as Document)[name], level + 1));
    }
  }
  return deepest;
}

function isPlainDocument(value: object): boolean {
  return (
    (value as Document)._bsontype === undefined && !(value instanceof Date) && !(value instanceof Uint8Array)
  );
}
