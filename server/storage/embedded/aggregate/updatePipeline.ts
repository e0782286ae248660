/** An update written as a pipeline: mingo's stages over one document. Unchanged numbers keep their BSON types. */
import type { Document } from 'bson';
import { CommandError } from '../errors.ts';
import { sameValue } from '../keys/valueKey.ts';
import { decodePlainly, encode } from '../storage/bsonCodec.ts';
import { runStages } from './stages.ts';

const allowed = new Set(['$set', '$addFields', '$unset', '$project', '$replaceRoot', '$replaceWith']);

export function updatePipeline(document: Document, stages: Document[], variables: Document): Document {
  for (const stage of stages) {
    const [name = ''] = Object.keys(stage);
    if (!allowed.has(name)) throw new CommandError(72, `${name} is not allowed to be used within an update`);
  }
  const plain = decodePlainly(encode(document));
  const [made] = runStages([plain], stages, { variables });
  const result: Document = {};
  for (const [name, value] of Object.entries(made as Document)) {
    result[name] = Object.hasOwn(document, name) && sameValue(document[name], value) ? document[name] : value;
  }
  return result;
}
