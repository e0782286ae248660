/**
 * Erases phone, text and values of the client's service messages; status, times and template stay as statistics.
 * Queued messages are cancelled first. Messages that are being sent are skipped; a later run erases them.
 */

import type { Model, Types } from 'mongoose';
import type { Phones } from '../phones/servicePhones.ts';
import type { ServiceMessage } from '../serviceMessages/serviceMessage.model.ts';
import { beginChange, note } from '../serviceMessages/statuses/change.ts';
import type { StatusEffects } from '../serviceMessages/statuses/statusEffects.ts';
import { writeChanges } from '../serviceMessages/statuses/writeChanges.ts';
import type { StatusNotices } from '../statusWebhooks/statusNotices.model.ts';
import { currentTime } from '../work/clock.ts';

export interface EraseServiceMessagesDeps {
  companyId: Types.ObjectId;
  serviceMessages: Model<ServiceMessage>;
  statusNotices: Model<StatusNotices>;
  statusEffects: StatusEffects;
  phones: Phones;
}

const AT_ONCE = 200;

const erasedIndex = (messageId: Types.ObjectId) => `erased:${messageId.toHexString()}`;

/**
 * Erases messages to this phone accepted up to `until`; later ones belong to a new contact. Safe to repeat.
 * @returns how many could not be erased yet, because they are being sent or their effects have not run.
 */
export async function eraseServiceMessagesOf(
  deps: EraseServiceMessagesDeps,
  phoneIndex: string,
  until: Date,
): Promise<number> {
  let remaining = 0;
  let newest = until;
  for (;;) {
    const page = await deps.serviceMessages
      .find({ companyId: deps.companyId, phoneIndex, acceptedAt: { $lte: newest } })
      .sort({ acceptedAt: -1, _id: -1 })
      .limit(AT_ONCE)
      .lean<ServiceMessage[]>();
    const last = page.at(-1);
    if (!last) return remaining;
    const erased = await eraseAll(deps, page);
    remaining += page.length - erased;
    // The next page starts at the same moment: this one may have left out messages of that moment.
    newest = last.acceptedAt;
    if (erased === 0) return remaining;
  }
}

/** Erases the messages that a thread shows, whatever phone they were sent to. Safe to repeat. */
export async function eraseServiceMessagesById(
  deps: EraseServiceMessagesDeps,
  ids: Types.ObjectId[],
): Promise<void> {
  if (ids.length === 0) return;
  const shown = await deps.serviceMessages.find({ _id: { $in: ids } }).lean<ServiceMessage[]>();
  await eraseAll(
    deps,
    shown.filter(({ _id, phoneIndex }) => phoneIndex !== erasedIndex(_id)),
  );
}

async function eraseAll(deps: EraseServiceMessagesDeps, messages: ServiceMessage[]): Promise<number> {
  const { serviceMessages, statusNotices, statusEffects } = deps;
  const ids = messages.map(({ _id }) => _id);
  if (ids.length === 0) return 0;
  await cancelWaiting(deps, messages);
  const cancelled = await serviceMessages.find({ _id: { $in: ids } }).lean<ServiceMessage[]>();
  // Effects release quota units by the phone's index, so they run before it is erased.
  const stillPending = await statusEffects.runPending(cancelled);
  const erasable = cancelled.filter(({ _id }) => !stillPending.has(_id.toHexString()));
  await statusNotices.updateMany(
    { _id: { $in: ids } },
    { $set: { callbackData: null, clientMessageId: null } },
  );
  await statusNotices.deleteMany({ _id: { $in: ids }, dueAt: { $exists: false } });
  if (erasable.length === 0) return 0;
  const { matchedCount } = await serviceMessages.collection.bulkWrite(
    erasable.map((message) => eraseWrite(deps, message)) as never,
    { ordered: false },
  );
  return matchedCount;
}

async function cancelWaiting(deps: EraseServiceMessagesDeps, messages: ServiceMessage[]): Promise<void> {
  const now = currentTime();
  const changes = messages
    .filter(({ outbox }) => outbox?.phase === 'waiting')
    .map((message) => {
      const change = beginChange(message, { 'outbox.phase': 'waiting' });
      note(change, { status: 'undelivered', at: now, source: 'desk', tryNo: null, code: 'cancelled' }, now);
      return change;
    });
  await writeChanges(deps, changes);
}

/** The filter matches only a message that is not being sent and has not changed since its effects ran. */
function eraseWrite({ phones }: EraseServiceMessagesDeps, { _id, tries, sequence }: ServiceMessage) {
  return {
    updateOne: {
      filter: {
        _id,
        outbox: { $exists: false },
        sequence,
        tries: { $size: tries.length },
      },
      update: {
        $set: {
          phoneSealed: phones.seal('', _id),
          phoneIndex: erasedIndex(_id),
          variables: {},
          text: '',
          buttons: [],
          callbackData: null,
          clientMessageId: null,
          statusUrl: null,
          requestHash: null,
          // Without a next network in the route, a report of failure cannot send the empty message on.
          route: tries.map(({ network, communityId }) => ({ network, communityId })),
        },
        // The company's own message id may contain the phone, and a short text can be guessed from its digest.
        $unset: { repeatTokens: '', textDigest: '' },
      },
    },
  };
}
