/**
 * Counts how often canned answers are used, off the path of messages and exactly. An answer carries the ids it was made
 * of (`cannedDue`) from its own insert, so a repeat of the request adds nothing. A step of counting has the next number,
 * and first becomes a journal in one guarded write; what it writes is guarded by that number. So any process may write a
 * journal again, at any time (ADR 34 uses the same steps).
 */
import type { Model, Types } from 'mongoose';
import type { Message } from '../conversations/message.model.ts';
import type { Logger } from '../observability/logger.ts';
import { throwUnless, writeEach } from '../storage/bulkWrites.ts';
import { upserting } from '../storage/upserting.ts';
import { type DueLoop, startDueLoop } from '../work/dueLoop.ts';
import type { CannedAnswer, CannedAnswerModels, CannedCount, UsesJournal } from './cannedAnswer.model.ts';

export interface CountUsesDeps extends CannedAnswerModels {
  companyId: Types.ObjectId;
  messages: Model<Message>;
}

const POLL_MS = 2_000;
const MESSAGES_AT_ONCE = 500;

export function startCountingUses(
  deps: CountUsesDeps & { logger: Logger },
  { pollMs = POLL_MS }: { pollMs?: number } = {},
): DueLoop {
  return startDueLoop({
    look: async () => ((await countUses(deps)) ? 'again' : undefined),
    pollMs,
    retryMs: 5_000,
    logFailure: (err) => deps.logger.warn({ err }, 'counting uses of canned answers failed; it runs again'),
  });
}

/** One step, safe to repeat and to race. @returns whether there may be more to count. */
export async function countUses(deps: CountUsesDeps): Promise<boolean> {
  const { companyId, cannedCounts, messages } = deps;
  if (!(await messages.exists(whatIsDue(companyId)))) return false;
  const state = await cannedCounts.findById(companyId).lean<CannedCount>();
  if (!state) {
    const $setOnInsert = { step: 0, journal: null };
    await upserting(() => cannedCounts.updateOne({ _id: companyId }, { $setOnInsert }, { upsert: true }));
    return true;
  }
  // Its messages are due until it is written, and must not be counted by the next step too.
  if (state.journal) await writeJournal(deps, state.step, state.journal);
  const due = await findDue(deps);
  if (due.length === 0) return false;
  const step = state.step + 1;
  const journal = await journalOf(deps, due);
  const taken = await cannedCounts.updateOne(
    { _id: companyId, step: state.step },
    { $set: { step, journal } },
  );
  // When another process has taken the step, what was read here is out of date.
  if (taken.matchedCount === 1) await writeJournal(deps, step, journal);
  return true;
}

const whatIsDue = (companyId: Types.ObjectId) => ({ companyId, 'cannedDue.at': { $gt: new Date(0) } });

type DueMessage = Pick<Message, '_id' | 'personId' | 'cannedDue'>;

function findDue({ messages, companyId }: CountUsesDeps): Promise<DueMessage[]> {
  return messages
    .find(whatIsDue(companyId), { personId: 1, cannedDue: 1 })
    .sort({ 'cannedDue.at': 1 })
    .limit(MESSAGES_AT_ONCE)
    .lean<DueMessage[]>()
    .exec();
}

/** A use of another person's own answer is not counted: its writer could not have seen it. */
async function journalOf(
  { companyId, cannedAnswers }: CountUsesDeps,
  due: DueMessage[],
): Promise<UsesJournal> {
  const used = due.flatMap(({ personId, cannedDue }) =>
    [...new Set((cannedDue?.ids ?? []).map((id) => id.toHexString()))].map((id) => ({ id, personId })),
  );
  const answers = await cannedAnswers
    .find({ _id: { $in: [...new Set(used.map(({ id }) => id))] }, companyId }, { ownerId: 1 })
    .lean<Pick<CannedAnswer, '_id' | 'ownerId'>[]>();
  const uses = answers.map(({ _id, ownerId }) => ({
    id: _id,
    count: used.filter(
      ({ id, personId }) => id === _id.toHexString() && (ownerId === null || personId?.equals(ownerId)),
    ).length,
  }));
  return { messageIds: due.map(({ _id }) => _id), uses: uses.filter(({ count }) => count > 0) };
}

/** The uses come before the marks: a crash in between leaves the journal, and it is written again. */
async function writeJournal(
  { companyId, cannedAnswers, cannedCounts, messages }: CountUsesDeps,
  step: number,
  { uses, messageIds }: UsesJournal,
): Promise<void> {
  const counted = await writeEach(
    cannedAnswers.collection,
    uses.map(({ id: _id, count }) => ({
      updateOne: {
        filter: { _id, companyId, countedStep: { $lt: step } },
        update: { $inc: { uses: count }, $set: { countedStep: step } },
      },
    })),
  );
  throwUnless(counted);
  await messages.updateMany({ _id: { $in: messageIds } }, { $unset: { cannedDue: 1 } });
  await cannedCounts.updateOne({ _id: companyId, step }, { $set: { journal: null } });
}
