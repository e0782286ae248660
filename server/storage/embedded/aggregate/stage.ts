/** One stage of a pipeline: its form, and what it may use while it runs. */
import type { Document } from 'bson';
import { CommandError } from '../errors.ts';
import { isDocument } from '../keys/valueKey.ts';

export interface StageContext {
  variables: Document;
  /** Documents of another collection of the same database, for $lookup and $unionWith. */
  find?: (collection: string, filter: Document, variables: Document) => Iterable<Document>;
}

/** Runs a whole pipeline; passed to stages that contain a pipeline. */
export type RunStages = (
  documents: Iterable<Document>,
  stages: Document[],
  context: StageContext,
) => Iterable<Document>;

export function stageOf(stage: unknown): [name: string, argument: unknown] {
  const entries = isDocument(stage) ? Object.entries(stage) : [];
  if (entries.length !== 1) {
    throw new CommandError(40323, 'A pipeline stage specification object must contain exactly one field.');
  }
  return entries[0]!;
}
