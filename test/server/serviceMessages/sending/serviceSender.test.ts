import { Types } from 'mongoose';
import { afterEach, expect, it } from 'vitest';
import {
  type ServiceSender,
  type ServiceSenderDeps,
  startServiceSender,
} from '../../../../server/serviceMessages/sending/serviceSender.ts';
import { openTestStore, silent } from '../../../support/store.ts';
import { until } from '../../../support/until.ts';
import { startSending } from '../sendingFixture.ts';

const HOUR_MS = 3_600_000;
/** More event loop turns than a look takes from its last query to its end. */
const TURNS = 12;

let sender: ServiceSender | undefined;
afterEach(() => sender?.stop());

/** A sender without communities that polls too rarely to matter: only a wake makes it look. */
function startSender(communities: () => Promise<[]>): ServiceSender {
  const deps: Partial<ServiceSenderDeps> = { communities, logger: silent, timing: { pollMs: HOUR_MS } };
  sender = startServiceSender(deps as ServiceSenderDeps);
  return sender;
}

const immediate = () => new Promise((resolve) => setImmediate(resolve));

it.each(Array.from({ length: TURNS }, (_, turns) => turns))(
  'looks again when it is woken %i turns after its query was answered, long before the next poll',
  async (turns) => {
    let looks = 0;
    let answered = () => {};
    const started = startSender(async () => {
      looks += 1;
      await new Promise<void>((resolve) => {
        answered = resolve;
      });
      return [];
    });
    await immediate();
    expect(looks).toBe(1);
    answered();
    for (let turn = 0; turn < turns; turn += 1) await Promise.resolve();
    started.wake();
    await immediate();
    expect(looks).toBe(2);
    answered();
  },
);

it('runs due status effects and returns lost units of quota although a message cannot expire', async () => {
  await using store = await openTestStore();
  const sending = await startSending({ channels: { forCommunity: async () => null }, store });
  const past = new Date(Date.now() - 48 * HOUR_MS);
  const unit = { messageId: new Types.ObjectId(), takenAt: past, sentAt: null, sentBy: past };
  const key = `${sending.vk.id}:index-of-a-phone`;
  await sending.quotaRows.collection.insertOne({
    _id: key as never,
    units: [unit],
    checkAt: past,
    touchedAt: past,
  });
  const row = { _id: new Types.ObjectId(), messageIds: [unit.messageId], openedAt: past, dueAt: past };
  await sending.openTransitions.collection.insertOne(row);
  // Without its history, the message cannot expire.
  const broken = { _id: new Types.ObjectId(), companyId: sending.companyId, expiryDueAt: past };
  await sending.serviceMessages.collection.insertOne(broken as never);
  sender = startServiceSender({
    ...sending.batchDeps,
    receipts: sending.receipts,
    communities: async () => [],
    timing: { pollMs: 20 },
  });
  try {
    await until('the effects', async () => (await sending.openTransitions.countDocuments()) === 0);
    await until('the unit', async () => (await sending.quotaRows.findById(key).lean())?.units.length === 0);
    // It is tried again later, so that it does not stand before the others.
    const { status, expiryDueAt } = await sending.serviceMessages.findById(broken._id).orFail().lean();
    expect(status).toBeUndefined();
    expect(expiryDueAt!.getTime()).toBeGreaterThan(Date.now());
  } finally {
    await sender.stop();
  }
});
