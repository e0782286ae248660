/**
 * Draws resolved cases at random, and keeps how far a person has come with reviewing them. The order of a draw is that of
 * the hashes of its seed with each case: every case of the period has the same chance, the draw can be continued, and a
 * repeat gives the same cases. At most `candidates` cases are looked at, by an index, the newest first.
 */
import { createHash, randomBytes } from 'node:crypto';
import { type Model, Types } from 'mongoose';
import {
  qualityLimits,
  type Sample,
  type SampleDraw,
  type SampleView,
} from '../../shared/schemas/quality.ts';
import type { Conversation } from '../conversations/conversation.model.ts';
import type { Message } from '../conversations/message.model.ts';
import type { FigureModels, ThreadPart } from '../figures/figures.model.ts';
import type { Period } from '../figures/period.ts';
import { insertDocument } from '../storage/insertDocument.ts';
import { currentTime } from '../work/clock.ts';
import type { QualityModels, QualitySample, Review, StoredCase } from './quality.model.ts';

export interface SampleDeps extends QualityModels, Pick<FigureModels, 'threadParts'> {
  companyId: Types.ObjectId;
  conversations: Model<Conversation>;
  messages: Model<Message>;
}

/** The person at work. `communityIds` null: all communities. */
export interface Reviewer {
  id: string;
  communityIds: readonly string[] | null;
}

const BATCH = 1_000;

type Candidate = Pick<ThreadPart, '_id' | 'labels' | 'resolvedAt'> & { end: { resolvedBy: string | null } };

export async function drawSample(
  deps: SampleDeps,
  reviewer: Reviewer,
  { from, to, size, communityId, personId, label }: SampleDraw,
  period: Period,
): Promise<Sample> {
  const sample: QualitySample = {
    _id: new Types.ObjectId(),
    companyId: deps.companyId,
    ownerId: new Types.ObjectId(reviewer.id),
    from,
    to,
    communityId: communityId === undefined ? null : new Types.ObjectId(communityId),
    personId: personId === undefined ? null : new Types.ObjectId(personId),
    label: label ?? null,
    seed: randomBytes(12).toString('hex'),
    cases: [],
    isCut: false,
    createdAt: currentTime(),
  };
  const { cases, isCut } = await draw(deps, reviewer, sample, period, size);
  const drawn = { ...sample, cases, isCut };
  await insertDocument(deps.qualitySamples, drawn);
  return toSample(deps, reviewer, drawn);
}

/** Null where the person has no such sample. */
export async function drawMore(
  deps: SampleDeps,
  reviewer: Reviewer,
  sampleId: string,
  { size, periodOf }: { size: number; periodOf(sample: QualitySample): Promise<Period> },
): Promise<Sample | null> {
  const sample = await findSample(deps, reviewer, sampleId);
  if (!sample) return null;
  const room = Math.max(0, qualityLimits.sampleSizeMost - sample.cases.length);
  const { cases } = await draw(deps, reviewer, sample, await periodOf(sample), Math.min(size, room));
  // Two at once draw the same cases: the second one finds them there.
  const changed = await deps.qualitySamples
    .findOneAndUpdate(
      { _id: sample._id, 'cases.partId': { $nin: cases.map(({ partId }) => partId) } },
      { $push: { cases: { $each: cases } } } as never,
      { returnDocument: 'after' },
    )
    .lean<QualitySample>();
  return toSample(deps, reviewer, changed ?? (await findSample(deps, reviewer, sampleId)) ?? sample);
}

export async function listSamples(deps: SampleDeps, reviewer: Reviewer): Promise<SampleView[]> {
  const samples = await deps.qualitySamples
    .find({ ownerId: new Types.ObjectId(reviewer.id), companyId: deps.companyId })
    .sort({ createdAt: -1 })
    .limit(qualityLimits.samplesListed)
    .lean<QualitySample[]>();
  const reviews = await ownReviews(deps, reviewer, samples);
  return samples.map((sample) => toView(reviewer, sample, seenCases(reviewer, sample), reviews));
}

export async function readSample(
  deps: SampleDeps,
  reviewer: Reviewer,
  sampleId: string,
): Promise<Sample | null> {
  const sample = await findSample(deps, reviewer, sampleId);
  return sample && toSample(deps, reviewer, sample);
}

function findSample(
  { qualitySamples, companyId }: SampleDeps,
  reviewer: Reviewer,
  sampleId: string,
): Promise<QualitySample | null> {
  return qualitySamples
    .findOne({ _id: new Types.ObjectId(sampleId), ownerId: new Types.ObjectId(reviewer.id), companyId })
    .lean<QualitySample>()
    .exec();
}

/** The condition of a draw on parts of threads. Which communities the person may see is in it. */
export function candidatesIn(
  companyId: Types.ObjectId,
  reviewer: Reviewer,
  communityId: Types.ObjectId | null,
  { from, to }: Period,
): Record<string, unknown> {
  const seen = reviewer.communityIds;
  const asked = communityId?.toHexString();
  const ids = asked === undefined ? seen : seen === null || seen.includes(asked) ? [asked] : [];
  return {
    ...(ids === null ? { companyId } : { communityId: { $in: ids.map((id) => new Types.ObjectId(id)) } }),
    resolvedAt: { $gte: from, $lt: to },
  };
}

async function draw(
  deps: SampleDeps,
  reviewer: Reviewer,
  { seed, communityId, personId, label, cases: known }: QualitySample,
  period: Period,
  size: number,
): Promise<{ cases: StoredCase[]; isCut: boolean }> {
  const candidates = deps.threadParts
    .find(candidatesIn(deps.companyId, reviewer, communityId, period) as never, {
      labels: 1,
      resolvedAt: 1,
      'end.resolvedBy': 1,
    })
    .sort({ resolvedAt: -1, _id: -1 })
    .limit(qualityLimits.candidates + 1)
    .batchSize(BATCH)
    .lean<Candidate[]>()
    .cursor() as AsyncIterable<Candidate>;
  const taken = new Set(known.map(({ partId }) => partId));
  const order: { partId: string; place: string }[] = [];
  let looked = 0;
  for await (const { _id, labels, end } of candidates) {
    looked += 1;
    if (looked > qualityLimits.candidates) break;
    // A person does not review their own work.
    if (!end.resolvedBy || end.resolvedBy === reviewer.id || taken.has(_id)) continue;
    if (personId && end.resolvedBy !== personId.toHexString()) continue;
    if (label !== null && !labels.includes(label)) continue;
    order.push({ partId: _id, place: createHash('sha256').update(`${seed} ${_id}`).digest('hex') });
  }
  order.sort((a, b) => (a.place < b.place ? -1 : 1));
  const cases: StoredCase[] = [];
  for (let at = 0; at < order.length && cases.length < size; at += size) {
    const ids = order.slice(at, at + size).map(({ partId }) => partId);
    cases.push(...(await readCases(deps, ids)).slice(0, size - cases.length));
  }
  return { cases, isCut: looked > qualityLimits.candidates };
}

/** In the order of the ids, without conversations whose client was erased. */
async function readCases(
  { threadParts, conversations, messages }: SampleDeps,
  ids: readonly string[],
): Promise<StoredCase[]> {
  const parts = await threadParts.find({ _id: { $in: ids } } as never).lean<ThreadPart[]>();
  const kept = await conversations
    .find(
      { _id: { $in: parts.map(({ conversationId }) => conversationId) }, erasedAt: { $exists: false } },
      { _id: 1 },
    )
    .lean<{ _id: Types.ObjectId }[]>();
  const isKept = new Set(kept.map(({ _id }) => _id.toHexString()));
  const byId = new Map(parts.map((part) => [part._id, part]));
  const cases: StoredCase[] = [];
  for (const id of ids) {
    const part = byId.get(id);
    if (!part?.resolvedAt || !part.end.resolvedBy || !isKept.has(part.conversationId.toHexString())) continue;
    const { conversationId, communityId, fromSeq, lastSeq, resolvedAt, end } = part;
    const first = await messages.findOne({ conversationId, seq: fromSeq }, { _id: 1 }).lean();
    cases.push({
      partId: id,
      conversationId,
      communityId,
      seq: lastSeq,
      firstMessageId: first?._id ?? null,
      personId: new Types.ObjectId(end.resolvedBy as string),
      resolvedAt,
    });
  }
  return cases;
}

const maySee = ({ communityIds }: Reviewer, communityId: Types.ObjectId): boolean =>
  communityIds === null || communityIds.includes(communityId.toHexString());

/** Rights may have ended since the draw. */
function seenCases(reviewer: Reviewer, { cases }: QualitySample): StoredCase[] {
  return cases.filter(({ communityId }) => maySee(reviewer, communityId));
}

const keyOf = ({ conversationId, seq }: Pick<StoredCase, 'conversationId' | 'seq'>) =>
  `${conversationId.toHexString()} ${seq}`;

/** The averages of the person's own reviews of these cases. */
async function ownReviews(
  { reviews }: SampleDeps,
  reviewer: Reviewer,
  samples: readonly QualitySample[],
): Promise<Map<string, number>> {
  const conversationIds = samples.flatMap((sample) =>
    seenCases(reviewer, sample).map(({ conversationId }) => conversationId),
  );
  const found = await reviews
    .find(
      { conversationId: { $in: conversationIds }, authorId: new Types.ObjectId(reviewer.id) },
      { conversationId: 1, seq: 1, average: 1 },
    )
    .lean<Pick<Review, 'conversationId' | 'seq' | 'average'>[]>();
  return new Map(found.map((review) => [keyOf(review), review.average]));
}

function toView(
  reviewer: Reviewer,
  { _id, createdAt, from, to, communityId, personId, label, isCut }: QualitySample,
  cases: readonly StoredCase[],
  reviews: ReadonlyMap<string, number>,
): SampleView {
  return {
    id: _id.toHexString(),
    createdAt: createdAt.toISOString(),
    from,
    to,
    communityId: communityId && maySee(reviewer, communityId) ? communityId.toHexString() : null,
    personId: personId?.toHexString() ?? null,
    label,
    cases: cases.length,
    reviewed: cases.filter((each) => reviews.has(keyOf(each))).length,
    isCut,
  };
}

async function toSample(deps: SampleDeps, reviewer: Reviewer, sample: QualitySample): Promise<Sample> {
  const cases = seenCases(reviewer, sample);
  const reviews = await ownReviews(deps, reviewer, [sample]);
  const found = await deps.conversations
    .find({ _id: { $in: cases.map(({ conversationId }) => conversationId) } }, { clientName: 1, erasedAt: 1 })
    .lean<Pick<Conversation, '_id' | 'clientName' | 'erasedAt'>[]>();
  const conversationOf = new Map(found.map((each) => [each._id.toHexString(), each]));
  return {
    ...toView(reviewer, sample, cases, reviews),
    list: cases.map((each) => {
      const conversation = conversationOf.get(each.conversationId.toHexString());
      return {
        conversationId: each.conversationId.toHexString(),
        seq: each.seq,
        firstMessageId: each.firstMessageId?.toHexString() ?? null,
        communityId: each.communityId.toHexString(),
        personId: each.personId.toHexString(),
        clientName: conversation?.clientName ?? '',
        isErased: conversation?.erasedAt !== undefined,
        resolvedAt: each.resolvedAt.toISOString(),
        average: reviews.get(keyOf(each)) ?? null,
      };
    }),
  };
}
