/** An update written as a pipeline: stages over one document. Values that do not change keep their BSON types. */
import type { Document } from 'bson';
import { CommandError } from '../errors.ts';
import { runStages } from './stages.ts';

const allowed = new Set(['$set', '$addFields', '$unset', '$project', '$replaceRoot', '$replaceWith']);

export function updatePipeline(document: Document, stages: Document[], variables: Document): Document {
  for (const stage of stages) {
    const [name = ''] = Object.keys(stage);
    if (!allowed.has(name)) throw new CommandError(72, `${name} is not allowed to be used within an update`);
  }
  const [made] = runStages([document], stages, { variables });
  return { ...made };
}
