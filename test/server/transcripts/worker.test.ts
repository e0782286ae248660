/** Transcripts whose world changes while they are made: rights that end, a client who is erased, a process that dies. */
import { Types } from 'mongoose';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { restartTranscript } from '../../../server/transcripts/requests.ts';
import { sweepTranscripts } from '../../../server/transcripts/worker.ts';
import { type ErasureFixture, startErasure } from '../personalData/erasureFixture.ts';
import { type TranscriptFixture, transcriptFixture } from './transcriptFixture.ts';

let desk: ErasureFixture;
let transcripts: TranscriptFixture;
type Planted = Awaited<ReturnType<ErasureFixture['plant']>>;
let anna: Planted;
let boris: Planted;

beforeAll(async () => {
  desk = await startErasure();
  const { connection } = desk;
  const { companyId, sealing } = desk.sending;
  transcripts = transcriptFixture({ connection, companyId, sealing });
  [anna, boris] = [await desk.plant(), await desk.plant()];
});
afterAll(async () => desk?.[Symbol.asyncDispose]());
afterEach(async () => {
  transcripts.onPage(() => undefined);
  Object.assign(transcripts.person, { role: 'supervisor', communityIds: null, isActive: true });
  const { deps } = transcripts;
  for (const { _id } of await deps.transcripts.find({}, { _id: 1 }).lean())
    await deps.transcripts.updateOne({ _id }, { $set: { expiresAt: new Date(0) }, $unset: { dueAt: 1 } });
  await sweepTranscripts(deps, new Date());
});

const both = () => [anna.conversation._id, boris.conversation._id];

it('holds both conversations with their phones, and is deleted with its traces a day later', async () => {
  const id = await transcripts.ask(both());
  expect(await transcripts.work()).toBe(true);
  const job = await transcripts.read(id);
  expect(job).toMatchObject({ state: 'done', reason: null, failures: 0 });
  expect(job.messages).toBe(job.ofMessages);
  const file = await transcripts.fileOf(id);
  for (const { secret, phone, name } of [anna, boris])
    for (const trace of [`${secret} раз`, `Ответ: ${secret}`, phone, name]) expect(file).toContain(trace);
  expect(file.length).toBeGreaterThan(0);

  const { deps } = transcripts;
  await sweepTranscripts(deps, new Date(job.finishedAt!.getTime() + 23 * 3600_000));
  expect(await transcripts.stored()).toBeGreaterThan(0);
  await sweepTranscripts(deps, new Date(job.finishedAt!.getTime() + 24 * 3600_000));
  expect(await transcripts.stored()).toBe(0);
  expect(await deps.transcripts.countDocuments()).toBe(0);
  expect(await deps.transcriptThreads.countDocuments()).toBe(0);
});

it.each([
  ['is switched off', { isActive: false }],
  ['becomes an agent', { role: 'agent' as const }],
  ['loses a community', { communityIds: [new Types.ObjectId().toHexString()] }],
])('stops without a file when its person %s meanwhile', async (_, change) => {
  const id = await transcripts.ask(both());
  transcripts.onPage((pages) => {
    if (pages === 2) Object.assign(transcripts.person, change);
  });
  await transcripts.work();
  expect(await transcripts.read(id)).toMatchObject({ state: 'stopped', reason: 'rightsEnded' });
  expect(transcripts.ends.at(-1)).toBe('stopped');
  expect(await transcripts.stored()).toBe(0);
  // The rights are back: the person starts it again.
  Object.assign(transcripts.person, { role: 'supervisor', communityIds: null, isActive: true });
  expect(await restartTranscript(transcripts.deps, transcripts.person, id.toHexString())).not.toBeNull();
  await transcripts.work();
  expect(await transcripts.read(id)).toMatchObject({ state: 'done', reason: null });
});

it('goes on after its process was killed, and ignores what that process left', async () => {
  const id = await transcripts.ask(both());
  const { deps } = transcripts;
  // What a killed process leaves: its lease, and pieces of a file that has no name.
  const half = new Types.ObjectId();
  await deps.transcripts.updateOne(
    { _id: id },
    {
      $set: {
        state: 'running',
        runId: new Types.ObjectId(),
        dueAt: new Date(Date.now() + 60_000),
        messages: 3,
      },
    },
  );
  await deps.files.chunks().insertOne({ files_id: half, n: 0, data: Buffer.from('half') } as never);
  expect(await transcripts.work()).toBe(false);
  await deps.transcripts.updateOne({ _id: id }, { $set: { dueAt: new Date(Date.now() - 1) } });
  expect(await transcripts.work()).toBe(true);
  expect(await transcripts.read(id)).toMatchObject({ state: 'done' });
  expect(await transcripts.fileOf(id)).toMatch(/<\/html>\n$/);
  await deps.files.chunks().deleteMany({ files_id: half });
});

it('gives no file to a process whose job another one has taken over', async () => {
  const id = await transcripts.ask(both());
  transcripts.onPage(async (pages) => {
    if (pages !== 2) return;
    await transcripts.deps.transcripts.updateOne({ _id: id }, { $set: { runId: new Types.ObjectId() } });
  });
  await transcripts.work();
  expect(await transcripts.read(id)).toMatchObject({ state: 'running' });
  expect(await transcripts.stored()).toBe(0);
});

it('ends when it is deleted meanwhile, and leaves nothing', async () => {
  const id = await transcripts.ask(both());
  transcripts.onPage(async (pages) => {
    if (pages === 2) await transcripts.deps.transcripts.deleteOne({ _id: id });
  });
  await transcripts.work();
  expect(await transcripts.stored()).toBe(0);
});

it('says plainly that it failed, after a few tries, and can be started again', async () => {
  const id = await transcripts.ask(both(), 'xlsx');
  transcripts.onPage((pages) => {
    if (pages >= 2) throw new Error('the store is away');
  });
  for (let tries = 1; tries <= 3; tries += 1) {
    await transcripts.deps.transcripts.updateOne({ _id: id }, { $set: { dueAt: new Date(Date.now() - 1) } });
    transcripts.onPage((pages) => {
      if (pages >= 2) throw new Error('the store is away');
    });
    await transcripts.work();
    expect((await transcripts.read(id)).state).toBe(tries < 3 ? 'queued' : 'failed');
  }
  expect(await transcripts.read(id)).toMatchObject({ reason: 'storeFailed' });
  expect(await transcripts.stored()).toBe(0);
  transcripts.onPage(() => undefined);
  await restartTranscript(transcripts.deps, transcripts.person, id.toHexString());
  await transcripts.work();
  expect(await transcripts.read(id)).toMatchObject({ state: 'done', reason: null });
});

it('begins anew without a client who was erased while it was made', async () => {
  const erased = await desk.plant();
  const id = await transcripts.ask([erased.conversation._id, boris.conversation._id]);
  // The first conversation was read into the file by the time the second one begins.
  transcripts.onPage(async (pages) => {
    if (pages !== 2) return;
    await desk.ask(erased.client._id, erased.name);
    await desk.erasing.work(new Date());
  });
  await transcripts.work();
  expect(await transcripts.read(id)).toMatchObject({ state: 'queued' });
  expect(await transcripts.stored()).toBe(0);
  transcripts.onPage(() => undefined);
  await transcripts.work();
  const file = await transcripts.fileOf(id);
  expect(file).toContain(boris.secret);
  for (const trace of erased.traces) expect(file).not.toContain(trace);
});

it('deletes a finished file with a client who is erased afterwards', async () => {
  const erased = await desk.plant();
  const id = await transcripts.ask([erased.conversation._id, boris.conversation._id], 'csv');
  await transcripts.work();
  expect(await transcripts.fileOf(id)).toContain(erased.secret);
  await desk.ask(erased.client._id, erased.name);
  await desk.erasing.work(new Date());
  const job = await transcripts.read(id);
  expect(job).toMatchObject({ state: 'stopped', reason: 'clientErased' });
  expect(job.fileId).toBeUndefined();
  expect(await transcripts.stored()).toBe(0);
  await restartTranscript(transcripts.deps, transcripts.person, id.toHexString());
  await transcripts.work();
  const file = await transcripts.fileOf(id);
  expect(file).toContain(boris.secret);
  for (const trace of erased.traces) expect(file).not.toContain(trace);
});
