/**
 * For tests: notes each shape of query that reads a whole collection, one JSON line each, into the file that
 * STORE_SCANS_FILE names. Without the variable nothing is noted.
 */
import { appendFileSync } from 'node:fs';
import type { Document } from 'bson';
import { isDocument } from '../keys/valueKey.ts';
import type { CollectionSpec } from '../storage/catalog.ts';
import type { Plan, PlanRequest } from './plan.ts';

export interface ScanNote {
  collection: string;
  /** Of the collection at that time: a test may not have built all of them. */
  indexes: number;
  /** The filter and the order, without values. */
  query: string;
}

/** How many indexes the collection has by now. */
export type IndexNote = Omit<ScanNote, 'query'>;

export type NoteQuery = (collection: CollectionSpec, request: PlanRequest, plan: Plan) => void;

/** A test's own query carries it in `$comment`. */
export const testComment = 'of a test';

export function scanNotes(file: string | undefined): NoteQuery | undefined {
  if (file === undefined || file === '') return undefined;
  const seen = new Set<string>();
  const write = (note: ScanNote | IndexNote) => {
    const line = JSON.stringify(note);
    if (seen.has(line)) return;
    seen.add(line);
    appendFileSync(file, `${line}\n`);
  };
  return ({ name, indexes }, request, plan) => {
    const about: IndexNote = { collection: name, indexes: indexes.length };
    write(about);
    if (plan.kind === 'scan' && !isAnyDocument(request) && !isOfTest(request.filter))
      write({ ...about, query: shapeOf(request) });
  };
}

/** Any document will do: it reads no more than it answers. */
function isAnyDocument({ filter, limit = 0 }: PlanRequest): boolean {
  return limit > 0 && Object.keys(filter).length === 0;
}

function isOfTest(filter: Document): boolean {
  if (filter.$comment === testComment) return true;
  return Array.isArray(filter.$and) && (filter.$and as Document[]).some(isOfTest);
}

function shapeOf({ filter, sort = {}, limit }: PlanRequest): string {
  const order = Object.keys(sort).length > 0 ? ` sort ${JSON.stringify(sort)}` : '';
  return `${JSON.stringify(withoutValues(filter))}${order}${limit ? ' limit' : ''}`;
}

function withoutValues(value: unknown): unknown {
  if (Array.isArray(value)) return value.some(isDocument) ? value.map(withoutValues) : '[…]';
  if (!isDocument(value)) return '…';
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, withoutValues(inner)]));
}
