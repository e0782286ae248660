/** Writes the changes of many messages in one bulk write, and runs the status effects of their transitions. */
import { type Model, Types } from 'mongoose';
import type { ServiceMessage } from '../serviceMessage.model.ts';
import { type Change, toOperation } from './change.ts';
import type { StatusEffects } from './statusEffects.ts';

export interface WriteDeps {
  serviceMessages: Model<ServiceMessage>;
  statusEffects: StatusEffects;
}

/** Returns the changes that were written. The other messages changed meanwhile: read them and decide again. */
export async function writeChanges(
  { serviceMessages, statusEffects }: WriteDeps,
  changes: Change[],
): Promise<Set<Change>> {
  if (changes.length === 0) return new Set();
  const changeId = new Types.ObjectId();
  const transitioning = changes.filter(hasTransitioned);
  // The row first: then every stored transition has a row, and its effects will run.
  if (transitioning.length > 0)
    await statusEffects.open(
      changeId,
      transitioning.map(({ before }) => before._id),
    );
  for (const { lines } of changes) for (const line of lines) if (line.isApplied) line.changeId = changeId;
  const operations = changes.map((change) => toOperation(change, changeId));
  const { matchedCount } = await serviceMessages.collection.bulkWrite(operations as never, {
    ordered: false,
  });
  let written = changes;
  if (matchedCount < changes.length) {
    const ids = await serviceMessages.distinct('_id', {
      _id: { $in: changes.map(({ before }) => before._id) },
      changeId,
    });
    const writtenIds = new Set(ids.map((id) => id.toHexString()));
    written = changes.filter(({ before }) => writtenIds.has(before._id.toHexString()));
  }
  if (transitioning.length > 0)
    await statusEffects.run(changeId, written.filter(hasTransitioned).map(storedMessage));
  return new Set(written);
}

function hasTransitioned({ before, after }: Change): boolean {
  return after.sequence > before.sequence;
}

/** The message as it is stored now. */
function storedMessage({ before, after, lines }: Change): ServiceMessage {
  // Reuses `after`, which no other code writes: a copy would cost more than the transition itself.
  return Object.assign(after, { history: [...before.history, ...lines] });
}
