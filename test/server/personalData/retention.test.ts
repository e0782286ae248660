/** Retention (N17, personal data): old data is removed step by step, and a thread keeps its order. */
import { Types } from 'mongoose';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { setRetention, usualPeriods } from '../../../server/personalData/retention.ts';
import { sweepOnce } from '../../../server/personalData/sweeper.ts';
import { sweepOpenFiles } from '../../../server/storage/fileBucket.ts';
import { retentionPeriods } from '../../../shared/schemas/personalData.ts';
import { scanStore } from '../../support/scanStore.ts';
import { type ErasureFixture, startErasure } from './erasureFixture.ts';

let desk: ErasureFixture;
beforeAll(async () => {
  desk = await startErasure();
});
afterAll(() => desk?.[Symbol.asyncDispose]());

const day = 86_400_000;
const inDays = (days: number) => new Date(Date.now() + days * day);
let revision = 0;
const sweepDeps = () => ({
  ...desk,
  statusEffects: desk.deps.statusEffects,
  retention: desk.retention,
  register: desk.registerLines,
  sweepImages: async () => false,
  sweepPieces: (now: Date) => sweepOpenFiles(desk.connection, now),
});
async function setPeriods(periods: Partial<typeof usualPeriods>) {
  const set = await setRetention(desk.retention, desk.companyId, {
    periods: { ...usualPeriods, ...periods },
    revision,
  });
  revision = set!.revision;
}

it('keeps everything while only the periods of the register and of unused files are set', async () => {
  const planted = await desk.plant();
  const before = await scanStore(desk.connection, desk.sealing, planted.traces);
  expect(await sweepOnce(sweepDeps(), inDays(900))).toBe(true);
  expect(await scanStore(desk.connection, desk.sealing, planted.traces)).toEqual(before);
});

it('empties messages past their period, publishes that, and keeps newer ones', async () => {
  const planted = await desk.plant();
  const held = await desk.messages.find({ conversationId: planted.conversation._id }).sort({ seq: 1 }).lean();
  await setPeriods({ messages: 30 });
  await sweepOnce(sweepDeps(), inDays(29));
  expect(
    await desk.messages.find({ conversationId: planted.conversation._id }).sort({ seq: 1 }).lean(),
  ).toEqual(held);
  desk.published.length = 0;
  await sweepOnce(sweepDeps(), inDays(31));
  const left = await desk.messages.find({ conversationId: planted.conversation._id }).sort({ seq: 1 }).lean();
  expect(left.map(({ seq, kind }) => [seq, kind])).toEqual(held.map(({ seq, kind }) => [seq, kind]));
  expect(left.every(({ text, attachments }) => text === '' && attachments.length === 0)).toBe(true);
  // The client stays unchanged: only texts are gone, and an edit does not bring them back.
  expect(await desk.clients.findById(planted.client._id).lean()).toMatchObject({ name: planted.name });
  expect(left[0]!.peerId).toBe(planted.peerId);
  const changes = desk.published.flatMap((change) =>
    change.type === 'conversation.changed' ? change.messages.map(({ id, isErased }) => [id, isErased]) : [],
  );
  // Lines hold no words of the client: the conversation keeps its labels, and so does the line that set them.
  for (const { _id } of left.filter(({ kind }) => kind !== 'system'))
    expect(changes).toContainEqual([_id.toHexString(), true]);
  await planted.say(1, `${planted.secret} снова`);
  expect((await desk.messages.findById(left[0]!._id).lean())!.text).toBe('');
  await planted.say(3, 'Новое');
  const newest = await desk.messages
    .findOne({ conversationId: planted.conversation._id })
    .sort({ seq: -1 })
    .lean();
  expect(newest).toMatchObject({ text: 'Новое', seq: held.length + 1 });
});

it('removes service messages that have ended and rows of campaigns, but keeps campaigns’ totals', async () => {
  const planted = await desk.plant();
  const { _id: campaignId } = planted.imported.mailing;
  await setPeriods({ serviceMessages: 40, mailingRows: 7 });
  await sweepOnce(sweepDeps(), inDays(8));
  // A campaign that was never started is first cancelled by its worker; the next round removes its rows.
  expect(await desk.campaigns.findById(campaignId).lean()).toMatchObject({ state: 'cancelling' });
  expect(await desk.campaignRows.countDocuments({ mailingId: campaignId })).toBe(1);
  await desk.campaigns.updateOne({ _id: campaignId }, { $set: { state: 'cancelled' } });
  await sweepOnce(sweepDeps(), inDays(41));
  expect(await desk.campaignRows.countDocuments({ mailingId: campaignId })).toBe(0);
  expect(await desk.campaigns.findById(campaignId).lean()).toMatchObject({ rows: 2, headers: ['', ''] });
  // The id is derived from the idempotency token and carries no time: it may look old or new.
  const { _id: _, ...sent } = await desk.serviceMessages.findById(planted.queued._id).orFail().lean();
  const { outbox: _o, expiryDueAt: _e, repeatTokens: _r, ...ended } = sent;
  const oldLooking = new Types.ObjectId('000000010000000000000000');
  await desk.serviceMessages.create({ ...ended, _id: oldLooking });
  await sweepOnce(sweepDeps(), inDays(39));
  expect(await desk.serviceMessages.exists({ _id: oldLooking })).not.toBeNull();
  // A message that still waits to be sent is kept, whatever its age.
  expect(await desk.serviceMessages.exists({ _id: planted.queued._id })).not.toBeNull();
  await desk.serviceMessages.updateMany({}, { $unset: { outbox: 1, expiryDueAt: 1 } });
  await sweepOnce(sweepDeps(), inDays(41));
  expect(await desk.serviceMessages.countDocuments({})).toBe(0);
});

it('removes register lines past their period, in one process at a time', async () => {
  const clientId = new Types.ObjectId();
  await desk.register.write({ key: 'old', action: 'exported', person: null, clientId });
  const now = inDays(2_000);
  const swept = await Promise.all([1, 2, 3].map(() => sweepOnce(sweepDeps(), now)));
  expect(swept.filter(Boolean).length).toBeGreaterThanOrEqual(1);
  expect(await desk.registerLines.countDocuments({ clientId })).toBe(0);
});

it('has minimum periods, and refuses a change when another was made meanwhile', async () => {
  expect(retentionPeriods.safeParse({ ...usualPeriods, messages: 29 }).success).toBe(false);
  expect(retentionPeriods.safeParse({ ...usualPeriods, register: null }).success).toBe(false);
  expect(retentionPeriods.safeParse({ ...usualPeriods, messages: 30 }).success).toBe(true);
  const change = { periods: usualPeriods, revision };
  const answers = await Promise.all([1, 2].map(() => setRetention(desk.retention, desk.companyId, change)));
  expect(answers.filter((answer) => answer === null)).toHaveLength(1);
});

it('goes on with the other conversations and kinds of data when one cannot be emptied, and tries it again', async () => {
  const [broken, other] = [await desk.plant(), await desk.plant()];
  revision = (await desk.retention.findById(desk.companyId).orFail().lean()).revision;
  await setPeriods({ messages: 30 });
  const conversationStore = {
    ...desk.conversationStore,
    change: (...given: Parameters<typeof desk.conversationStore.change>) => {
      const [of] = given;
      const id = '_id' in of && 'revision' in of ? of._id : (of as Types.ObjectId);
      if (id.equals(broken.conversation._id)) throw new RangeError('this conversation cannot be shown');
      return desk.conversationStore.change(...given);
    },
  };
  const sweepImages = () => Promise.reject(new Error('the images cannot be swept'));
  let areSwept = false;
  const sweepPieces = async () => {
    areSwept = true;
    return false;
  };
  await sweepOnce({ ...sweepDeps(), conversationStore, sweepImages, sweepPieces }, inDays(31));
  const textsOf = async ({ conversation }: typeof broken) =>
    (await desk.messages.find({ conversationId: conversation._id, kind: { $ne: 'system' } }).lean()).map(
      ({ text }) => text,
    );
  expect((await textsOf(other)).every((text) => text === '')).toBe(true);
  expect(areSwept).toBe(true);
  const state = await desk.retention.findById(desk.companyId).lean();
  expect(state?.messagesFailed?.length).toBeGreaterThan(0);
  await sweepOnce(sweepDeps(), inDays(32));
  expect((await desk.retention.findById(desk.companyId).lean())?.messagesFailed).toEqual([]);
  expect((await textsOf(broken)).every((text) => text === '')).toBe(true);
});
