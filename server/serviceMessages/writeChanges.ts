/** Writes the changes of many messages at once, and follows those that moved. */
import { type Model, Types } from 'mongoose';
import { type Change, toOperation } from './change.ts';
import type { ServiceMessage } from './serviceMessage.model.ts';
import type { StatusEffects } from './statusEffects.ts';

export interface WriteDeps {
  serviceMessages: Model<ServiceMessage>;
  statusEffects: StatusEffects;
}

/** The changes that held; of the others the message was moved meanwhile, and is to be read and judged again. */
export async function writeChanges(
  { serviceMessages, statusEffects }: WriteDeps,
  changes: Change[],
  now: Date,
): Promise<Set<Change>> {
  if (changes.length === 0) return new Set();
  const changeId = new Types.ObjectId();
  const moving = changes.filter(hasTransitioned);
  // The row first: a move that is in the store is one that somebody follows.
  if (moving.length > 0)
    await statusEffects.open(
      changeId,
      moving.map(({ before }) => before._id),
      now,
    );
  for (const { lines } of changes) for (const line of lines) if (line.isApplied) line.changeId = changeId;
  const operations = changes.map((change) => toOperation(change, changeId));
  const { matchedCount } = await serviceMessages.collection.bulkWrite(operations as never, {
    ordered: false,
  });
  let held = changes;
  if (matchedCount < changes.length) {
    const ids = await serviceMessages.distinct('_id', {
      _id: { $in: changes.map(({ before }) => before._id) },
      changeId,
    });
    const written = new Set(ids.map((id) => id.toHexString()));
    held = changes.filter(({ before }) => written.has(before._id.toHexString()));
  }
  if (moving.length > 0) await statusEffects.run(changeId, held.filter(hasTransitioned).map(movedOf));
  return new Set(held);
}

function hasTransitioned({ before, after }: Change): boolean {
  return after.sequence > before.sequence;
}

/** The message as it is in the store now. */
function movedOf({ before, after, lines }: Change): ServiceMessage {
  // Its own object, which nobody else writes: copying a message costs more than moving it.
  return Object.assign(after, { history: [...before.history, ...lines] });
}
