/**
 * Service messages to the client lose phone, text and values; status, times and template stay as statistics. What waits
 * in the queue is cancelled first; what a network has in hand is left to end and found again.
 */
import type { Model, Types } from 'mongoose';
import type { Phones } from '../phones/servicePhones.ts';
import { beginChange, note } from '../serviceMessages/change.ts';
import type { ServiceMessage } from '../serviceMessages/serviceMessage.model.ts';
import type { StatusEffects } from '../serviceMessages/statusEffects.ts';
import { writeChanges } from '../serviceMessages/writeChanges.ts';
import type { StatusNotices } from '../statusWebhooks/statusNotices.model.ts';

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
 * Those accepted until then: who is written to afterwards is written to anew.
 * @returns how many could not be emptied yet, because a network has them in hand.
 */
export async function eraseServiceMessagesOf(
  deps: EraseServiceMessagesDeps,
  phoneIndex: string,
  until: Date,
): Promise<number> {
  let inHand = 0;
  let newest = until;
  for (;;) {
    const page = await deps.serviceMessages
      .find({ companyId: deps.companyId, phoneIndex, acceptedAt: { $lte: newest } })
      .sort({ acceptedAt: -1, _id: -1 })
      .limit(AT_ONCE)
      .lean<ServiceMessage[]>();
    const last = page.at(-1);
    if (!last) return inHand;
    const emptied = await eraseAll(deps, page);
    inHand += page.length - emptied;
    // Those of the same moment that this page left out are found again by the next round.
    newest = last.acceptedAt;
    if (emptied === 0) return inHand;
  }
}

/** Those that threads show, whoever's phone they went to. */
export async function eraseServiceMessagesById(
  deps: EraseServiceMessagesDeps,
  ids: Types.ObjectId[],
): Promise<void> {
  if (ids.length === 0) return;
  const found = await deps.serviceMessages.find({ _id: { $in: ids } }).lean<ServiceMessage[]>();
  await eraseAll(
    deps,
    found.filter(({ _id, phoneIndex }) => phoneIndex !== erasedIndex(_id)),
  );
}

async function eraseAll(deps: EraseServiceMessagesDeps, given: ServiceMessage[]): Promise<number> {
  const { serviceMessages, statusNotices, statusEffects } = deps;
  const ids = given.map(({ _id }) => _id);
  if (ids.length === 0) return 0;
  await cancelWaiting(deps, given);
  const cancelled = await serviceMessages.find({ _id: { $in: ids } }).lean<ServiceMessage[]>();
  // Units of quota go back under the phone's index: that must be done while it is there.
  const stillOpen = await statusEffects.runPending(cancelled);
  const followed = cancelled.filter(({ _id }) => !stillOpen.has(_id.toHexString()));
  await statusNotices.updateMany(
    { _id: { $in: ids } },
    { $set: { callbackData: null, clientMessageId: null } },
  );
  await statusNotices.deleteMany({ _id: { $in: ids }, dueAt: { $exists: false } });
  if (followed.length === 0) return 0;
  const { matchedCount } = await serviceMessages.collection.bulkWrite(
    followed.map((message) => emptying(deps, message)) as never,
    { ordered: false },
  );
  return matchedCount;
}

async function cancelWaiting(deps: EraseServiceMessagesDeps, messages: ServiceMessage[]): Promise<void> {
  const now = new Date();
  const changes = messages
    .filter(({ outbox }) => outbox?.phase === 'waiting')
    .map((message) => {
      const change = beginChange(message, { 'outbox.phase': 'waiting' });
      note(change, { status: 'undelivered', at: now, source: 'desk', tryNo: null, code: 'cancelled' }, now);
      return change;
    });
  await writeChanges(deps, changes, now);
}

/** Holds only while nobody sends it, and its status is the one whose move was followed. */
function emptying({ phones }: EraseServiceMessagesDeps, { _id, tries, sequence }: ServiceMessage) {
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
          // A report that it did not arrive must not send what is empty through the next network.
          route: tries.map(({ network, communityId }) => ({ network, communityId })),
        },
        // A company may have put the phone into its own number of the message; short words are soon guessed by a digest.
        $unset: { repeatTokens: '', textDigest: '' },
      },
    },
  };
}
