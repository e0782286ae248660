/**
 * Saves a person's draft under a revision, so that two devices cannot overwrite each other unseen: a save that was based
 * on an older revision changes nothing and is told what is stored. See ADR 43.
 */
import { type Model, type QueryFilter, Types } from 'mongoose';
import { type DraftSave, isEmptyDraft, type StoredDraft } from '../../../shared/schemas/draft.ts';
import { isDuplicateKey } from '../../storage/database.ts';
import { currentTime, currentTimeMs } from '../../work/clock.ts';
import type { Conversation } from '../conversation.model.ts';
import type { Draft } from './draft.model.ts';

export interface DraftDeps {
  drafts: Model<Draft>;
  conversations: Model<Conversation>;
}

export interface Saved {
  /** False when another device has saved since `baseRevision`; `draft` is what is stored then. */
  isSaved: boolean;
  draft: StoredDraft;
}

const DRAFTS_MOST = 100;

/** A repeat of a save that was stored answers as if another device had saved the same. */
export async function saveDraft(
  { drafts, conversations }: DraftDeps,
  personId: string,
  { _id: conversationId }: Pick<Conversation, '_id'>,
  { baseRevision, ...content }: DraftSave,
): Promise<Saved> {
  const _id = `${personId}:${conversationId}`;
  // An emptied draft leaves nothing to count on from, and devices remember its revision: a new one must be greater.
  const revision = Math.max(baseRevision + 1, currentTimeMs());
  const known = { _id, revision: baseRevision };
  const saved = {
    isSaved: true,
    draft: { ...content, conversationId: conversationId.toHexString(), revision },
  };
  if (isEmptyDraft(content)) {
    const { deletedCount } = await drafts.deleteOne(known);
    if (deletedCount === 1) return saved;
  } else {
    const written = { ...content, revision, at: currentTime() };
    const update = { $set: written, ...(content.canned ? {} : { $unset: { canned: '' } }) };
    const { matchedCount } = await drafts.updateOne(known, update);
    if (matchedCount === 1) return saved;
    const first = { ...written, _id, personId: new Types.ObjectId(personId), conversationId };
    if (await insertFirst(drafts, first)) {
      await forgetIfErased({ drafts, conversations }, conversationId);
      return saved;
    }
  }
  const stored = await drafts.findById(_id).lean<Draft>();
  // Nothing is stored and nothing was to be stored.
  if (!stored) return saved;
  return { isSaved: false, draft: toStoredDraft(stored) };
}

/** The person's newest drafts, in conversations that they may still see. */
export async function listDrafts(
  { drafts, conversations }: DraftDeps,
  personId: string,
  audience: QueryFilter<Conversation>,
): Promise<StoredDraft[]> {
  const own = await drafts
    .find({ personId: new Types.ObjectId(personId) })
    .sort({ at: -1 })
    .limit(DRAFTS_MOST)
    .lean<Draft[]>();
  if (own.length === 0) return [];
  const ids = own.map(({ conversationId }) => conversationId);
  const visible = await conversations
    .find({ $and: [{ _id: { $in: ids } }, audience] }, { _id: 1 })
    .lean<Pick<Conversation, '_id'>[]>();
  const visibleIds = new Set(visible.map(({ _id }) => _id.toHexString()));
  return own.map(toStoredDraft).filter(({ conversationId }) => visibleIds.has(conversationId));
}

/** An emptied draft leaves nothing stored, so a device may know a revision that is gone: its draft is a first one again. */
async function insertFirst(drafts: Model<Draft>, draft: Draft): Promise<boolean> {
  try {
    await drafts.create(draft);
    return true;
  } catch (error) {
    if (isDuplicateKey(error)) return false;
    throw error;
  }
}

/** The client may have been erased while the draft was on its way (N17, personal data). */
async function forgetIfErased(
  { drafts, conversations }: DraftDeps,
  conversationId: Types.ObjectId,
): Promise<void> {
  const erased = await conversations.exists({ _id: conversationId, erasedAt: { $ne: null } });
  if (erased) await drafts.deleteMany({ conversationId });
}

function toStoredDraft({
  conversationId,
  text,
  mode,
  sinceSeq,
  quoted,
  canned,
  revision,
}: Draft): StoredDraft {
  return {
    conversationId: conversationId.toHexString(),
    ...{ text, mode, sinceSeq, quoted, revision },
    ...(canned && { canned }),
  };
}
