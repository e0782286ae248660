/** Runs a pipeline over documents, stage by stage and lazily. What is not here is refused. */
import type { Document } from 'bson';
import { CommandError, notSupported } from '../errors.ts';
import { keyFields, sortKey } from '../keys/indexKey.ts';
import { isDocument, isNumeric } from '../keys/valueKey.ts';
import { compileFilter } from '../query/match.ts';
import { type FieldStage, fieldStages } from './fieldStages.ts';
import { group } from './group.ts';
import { lookup } from './lookup.ts';
import { type StageContext, stageOf } from './stage.ts';

type Stage = (documents: Iterable<Document>, argument: unknown, context: StageContext) => Iterable<Document>;

const byDocument =
  (compile: FieldStage): Stage =>
  (documents, argument, { variables }) =>
    changed(documents, compile(argument), variables);

const known: Record<string, Stage> = {
  ...Object.fromEntries(Object.entries(fieldStages).map(([name, stage]) => [name, byDocument(stage)])),
  $match: (documents, filter, { variables }) =>
    filtered(documents, compileFilter(filter as Document, variables)),
  $sort: (documents, order) => sortDocuments(documents, order),
  $limit: (documents, count) => limited(documents, whole('$limit', count, 1)),
  $skip: (documents, count) => skipped(documents, whole('$skip', count, 0)),
  $group: (documents, spec, { variables }) => group(documents, spec, variables),
  $count: (documents, name) => counted(documents, name),
  $facet: (documents, facets, context) => facet(documents, facets, context),
  $lookup: (documents, spec, context) => lookup(documents, spec, context, runStages),
  $unionWith: (documents, spec, context) => unionWith(documents, spec, context),
  $sortByCount: (documents, expression, { variables }) =>
    sortDocuments(group(documents, { _id: expression, count: { $sum: 1 } }, variables), { count: -1 }),
};

/** A server has them. */
const refused = new Set([
  '$bucket',
  '$bucketAuto',
  '$collStats',
  '$currentOp',
  '$densify',
  '$documents',
  '$fill',
  '$geoNear',
  '$graphLookup',
  '$indexStats',
  '$listSessions',
  '$merge',
  '$out',
  '$redact',
  '$sample',
  '$search',
  '$setWindowFields',
]);

/** Refuses an unsupported stage before anything runs. */
export function checkStages(stages: unknown[]): void {
  for (const stage of stages) {
    const [name] = stageOf(stage);
    if (name === '$changeStream')
      throw new CommandError(40573, 'The $changeStream stage is only supported on replica sets');
    if (refused.has(name)) throw notSupported(`${name} is not supported by the embedded store`);
    if (!Object.hasOwn(known, name)) {
      throw new CommandError(40324, `Unrecognized pipeline stage name: '${name}'`);
    }
  }
}

export function runStages(
  documents: Iterable<Document>,
  stages: Document[],
  context: StageContext,
): Iterable<Document> {
  checkStages(stages);
  return stages.reduce<Iterable<Document>>((from, stage) => {
    const [name, argument] = stageOf(stage);
    return known[name]!(from, argument, context);
  }, documents);
}

function* changed(
  documents: Iterable<Document>,
  change: ReturnType<FieldStage>,
  variables: Document,
): Generator<Document> {
  for (const root of documents) yield* change({ root, variables });
}

function* filtered(
  documents: Iterable<Document>,
  matches: (document: Document) => boolean,
): Generator<Document> {
  for (const document of documents) if (matches(document)) yield document;
}

function* sortDocuments(documents: Iterable<Document>, order: unknown): Generator<Document> {
  if (!isDocument(order) || Object.keys(order).length === 0) {
    throw new CommandError(15976, '$sort stage must have at least one sort key');
  }
  const fields = keyFields(order);
  const rows = Array.from(documents, (document, at) => ({ key: sortKey(fields, document), document, at }));
  rows.sort((a, b) => Buffer.compare(a.key, b.key) || a.at - b.at);
  for (const { document } of rows) yield document;
}

function whole(stage: string, value: unknown, least: number): number {
  if (!isNumeric(value) || !Number.isInteger(Number(value)) || Number(value) < least) {
    throw new CommandError(15958, `the ${stage} must be ${least === 0 ? 'not negative' : 'positive'}`);
  }
  return Number(value);
}

function* limited(documents: Iterable<Document>, count: number): Generator<Document> {
  let left = count;
  for (const document of documents) {
    yield document;
    if (--left === 0) return;
  }
}

function* skipped(documents: Iterable<Document>, count: number): Generator<Document> {
  let left = count;
  for (const document of documents) if (left-- <= 0) yield document;
}

function* counted(documents: Iterable<Document>, name: unknown): Generator<Document> {
  if (typeof name !== 'string' || name === '')
    throw new CommandError(40156, 'the count field must be a non-empty string');
  let count = 0;
  for (const _ of documents) count++;
  if (count > 0) yield { [name]: count };
}

function* facet(documents: Iterable<Document>, facets: unknown, context: StageContext): Generator<Document> {
  if (!isDocument(facets))
    throw new CommandError(40169, 'the $facet specification must be a non-empty object');
  const all = [...documents];
  const made: Document = {};
  for (const [name, stages] of Object.entries(facets)) {
    if (!Array.isArray(stages))
      throw new CommandError(40170, `arguments to $facet must be arrays, ${name} is not`);
    made[name] = [...runStages(all, stages, context)];
  }
  yield made;
}

function* unionWith(
  documents: Iterable<Document>,
  spec: unknown,
  context: StageContext,
): Generator<Document> {
  yield* documents;
  const { coll, pipeline = [] } = (typeof spec === 'string' ? { coll: spec } : spec) as {
    coll?: string;
    pipeline?: Document[];
  };
  if (coll === undefined || context.find === undefined) throw notSupported('$unionWith needs a collection');
  yield* runStages(context.find(coll, {}, context.variables), pipeline, context);
}
