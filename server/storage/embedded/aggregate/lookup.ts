/** $lookup: for each document, the matching ones of another collection, by an index if there is one. */
import type { Document } from 'bson';
import { failedToParse, notSupported } from '../errors.ts';
import { isDocument } from '../keys/valueKey.ts';
import { distinctValuesAtPath } from '../query/path.ts';
import { setAt } from '../update/target.ts';
import { compileExpression } from './expression.ts';
import { checkVariableName } from './scope.ts';
import { type RunStages, type StageContext, stageOf } from './stage.ts';

interface LookupSpec {
  from: string;
  as: string;
  localField?: string;
  foreignField?: string;
  let?: Document;
  pipeline?: Document[];
}

export function* lookup(
  documents: Iterable<Document>,
  argument: unknown,
  context: StageContext,
  runStages: RunStages,
): Generator<Document> {
  const spec = parse(argument);
  const { find } = context;
  if (find === undefined) throw notSupported('$lookup cannot be used here');
  const lets = Object.entries(spec.let ?? {}).map(([name, expression]) => {
    checkVariableName(name);
    return [name, compileExpression(expression)] as const;
  });
  for (const document of documents) {
    const scope = { root: document, variables: context.variables };
    // A missing field stays missing, as `$$name`.
    const own = Object.fromEntries(lets.map(([name, evaluate]) => [name, evaluate(scope)]));
    const variables = { ...context.variables, ...own };
    const joined = { filter: equality(document, spec), stages: spec.pipeline ?? [] };
    // A first $match becomes part of the query, so that it can use an index.
    const [first, ...rest] = joined.stages;
    const isMatchFirst = first !== undefined && stageOf(first)[0] === '$match';
    const filter = isMatchFirst ? { $and: [joined.filter, stageOf(first)[1] as Document] } : joined.filter;
    const found = find(spec.from, filter, variables);
    const made = { ...document };
    setAt(made, spec.as.split('.'), [
      ...runStages(found, isMatchFirst ? rest : joined.stages, { ...context, variables }),
    ]);
    yield made;
  }
}

const lookupFields = new Set(['from', 'as', 'localField', 'foreignField', 'let', 'pipeline']);

function parse(argument: unknown): LookupSpec {
  const spec = isDocument(argument) ? argument : {};
  const unknown = Object.keys(spec).find((name) => !lookupFields.has(name));
  if (unknown !== undefined) throw failedToParse(`unknown argument to $lookup: ${unknown}`);
  if (typeof spec.from !== 'string' || typeof spec.as !== 'string') {
    throw failedToParse(`$lookup needs 'from' and 'as', both strings`);
  }
  const hasFields = typeof spec.localField === 'string' && typeof spec.foreignField === 'string';
  if (!hasFields && spec.pipeline === undefined) {
    throw failedToParse(
      `$lookup requires either 'pipeline' or both 'localField' and 'foreignField' to be specified`,
    );
  }
  return spec as unknown as LookupSpec;
}

function equality(document: Document, { localField, foreignField }: LookupSpec): Document {
  if (localField === undefined || foreignField === undefined) return {};
  const values = distinctValuesAtPath(document, localField.split('.'));
  return {
    [foreignField]: values.length === 1 ? { $eq: values[0] } : { $in: values.length === 0 ? [null] : values },
  };
}
