/** mingo's operators as one context, with options made once: mingo copies its table each time it makes options. */
import { Aggregator } from 'mingo/aggregator';
import { Context } from 'mingo/core';
import * as accumulator from 'mingo/operators/accumulator';
import * as expression from 'mingo/operators/expression';
import * as pipeline from 'mingo/operators/pipeline';
import * as projection from 'mingo/operators/projection';
import * as query from 'mingo/operators/query';
import * as window from 'mingo/operators/window';
import type { AnyObject, Options } from 'mingo/types';

/** mingo's stages that read other collections or that this store implements itself. */
const ownStages = new Set([
  '$match',
  '$sort',
  '$limit',
  '$skip',
  '$lookup',
  '$facet',
  '$unionWith',
  '$count',
  '$group',
]);
const refusedStages = new Set(['$out', '$merge', '$graphLookup']);

const stages = Object.fromEntries(
  Object.entries(pipeline).filter(([name]) => !ownStages.has(name) && !refusedStages.has(name)),
);

/** The part of mingo's ComputeOptions used here; the class itself is not exported. */
export interface ComputeOptions extends Options {
  update(locals: { root?: unknown; variables?: AnyObject }): ComputeOptions;
}

function prepareOptions(): Options {
  let prepared: Options | undefined;
  const capture = (documents: unknown, _argument: unknown, options: Options) => {
    prepared = options;
    return documents;
  };
  const context = Context.init({
    accumulator,
    expression,
    pipeline: { ...stages, $capture: capture } as never,
    projection,
    query,
    window,
  } as never);
  // A stage receives options that are already made.
  new Aggregator([{ $capture: {} }], { context, scriptEnabled: false }).run([]);
  return prepared!;
}

const prepared = prepareOptions();
const computeOptions = prepared.constructor as unknown as { init(from: Options): ComputeOptions };

export const mingoStageNames = new Set(Object.keys(stages));

export function mingoOptions(variables: AnyObject, root?: unknown): ComputeOptions {
  return computeOptions.init(prepared).update({ root, variables });
}
