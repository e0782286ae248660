/** explain: the chosen plan and its cost, in the shape of MongoDB's reply. */
import type { Document } from 'bson';
import { badValue, CommandError } from '../errors.ts';
import { isDocument } from '../keys/valueKey.ts';
import { type FindRequest, prepareQuery, type Query } from '../query/execute.ts';
import type { IdsPlan } from '../query/idsPlan.ts';
import type { IndexPlan } from '../query/indexPlan.ts';
import { documentField, type Handler } from './command.ts';
import { checkFields } from './fields.ts';
import { findRequest, splitPipeline } from './read.ts';

const explain: Handler = (store, command) => {
  const inner = command.body.explain as unknown;
  if (!isDocument(inner)) throw badValue('explain needs a command');
  const [name = ''] = Object.keys(inner);
  checkFields(name, inner);
  const request = requestOf(name, inner);
  const collectionName = String(inner[name]);
  const collection = store.catalog.find(command.db, collectionName);
  const namespace = `${command.db}.${collectionName}`;
  const verbosity = (command.body.verbosity as string | undefined) ?? 'allPlansExecution';
  if (collection === undefined) {
    return {
      queryPlanner: {
        namespace,
        parsedQuery: request.filter,
        winningPlan: { stage: 'EOF' },
        rejectedPlans: [],
      },
      executionStats: stats(0, undefined),
      ok: 1,
    };
  }
  const query = prepareQuery(store, collection, request);
  let returned = 0;
  const started = performance.now();
  if (verbosity !== 'queryPlanner') for (const _ of query.run()) returned++;
  return {
    explainVersion: '1',
    queryPlanner: {
      namespace,
      parsedQuery: request.filter,
      winningPlan: winningPlan(query, request),
      rejectedPlans: [],
    },
    ...(verbosity === 'queryPlanner'
      ? {}
      : { executionStats: stats(returned, query, performance.now() - started) }),
    command: inner,
    ok: 1,
  };
};

function requestOf(name: string, inner: Document): FindRequest {
  switch (name) {
    case 'find':
      return findRequest(inner);
    case 'aggregate': {
      if (!Array.isArray(inner.pipeline)) throw badValue('pipeline must be an array');
      return { ...splitPipeline(inner.pipeline as Document[]).request, hint: inner.hint as unknown };
    }
    case 'count':
    case 'distinct':
    case 'findAndModify':
      return {
        filter: documentField(inner, 'query'),
        sort: documentField(inner, 'sort'),
        hint: inner.hint as unknown,
      };
    case 'update':
      return { filter: firstPart(inner.updates).q as Document };
    case 'delete':
      return { filter: firstPart(inner.deletes).q as Document };
    default:
      throw new CommandError(59, `Explain failed due to unknown command: ${name}`);
  }
}

function firstPart(list: unknown): Document {
  const [first] = Array.isArray(list) ? (list as Document[]) : [];
  if (first === undefined) throw badValue('explain needs one operation');
  return first;
}

function winningPlan({ plan, needsSort }: Query, request: FindRequest): Document {
  let stage: Document;
  if (plan.kind === 'scan') {
    stage = { stage: 'COLLSCAN', filter: request.filter, direction: plan.isReverse ? 'backward' : 'forward' };
  } else if (plan.kind === 'union') {
    stage = {
      stage: 'FETCH',
      filter: request.filter,
      inputStage: { stage: 'OR', inputStages: plan.branches.map(indexScan) },
    };
  } else if (plan.kind === 'ids') {
    stage = idLookup(plan, request);
  } else {
    const scan = indexScan(plan);
    const input =
      plan.streams.length > 1
        ? { stage: 'SORT_MERGE', sortPattern: request.sort, inputStages: [scan] }
        : scan;
    stage = { stage: 'FETCH', ...(plan.isExact ? {} : { filter: request.filter }), inputStage: input };
  }
  if (needsSort)
    stage = {
      stage: 'SORT',
      sortPattern: request.sort,
      ...(request.limit ? { limitAmount: request.limit } : {}),
      inputStage: stage,
    };
  if (request.skip) stage = { stage: 'SKIP', skipAmount: request.skip, inputStage: stage };
  if (request.limit && !needsSort) stage = { stage: 'LIMIT', limitAmount: request.limit, inputStage: stage };
  return stage;
}

function idLookup({ index, isSingle, rest }: IdsPlan, { filter }: FindRequest): Document {
  if (isSingle && rest.length === 0) return { stage: 'IDHACK', indexName: '_id_', keyPattern: { _id: 1 } };
  const inputStage = indexScan({ index, isReverse: false, boundFields: 1 });
  return { stage: 'FETCH', ...(rest.length === 0 ? {} : { filter }), inputStage };
}

function indexScan({
  index,
  isReverse,
  boundFields,
}: Pick<IndexPlan, 'index' | 'isReverse' | 'boundFields'>): Document {
  return {
    stage: 'IXSCAN',
    indexName: index.shown.name,
    keyPattern: index.shown.key,
    isMultiKey: index.multikey.includes(true),
    isUnique: index.unique,
    isSparse: index.sparse,
    isPartial: index.partialFilter !== undefined,
    direction: isReverse ? 'backward' : 'forward',
    boundFields,
  };
}

function stats(nReturned: number, query: Query | undefined, ms = 0): Document {
  return {
    executionSuccess: true,
    nReturned,
    executionTimeMillis: Math.round(ms),
    totalKeysExamined: query?.work.keysExamined ?? 0,
    totalDocsExamined: query?.work.documentsExamined ?? 0,
  };
}

export const explainCommands: Record<string, Handler> = { explain };
