/**
 * Keeps a person's drafts in step between their devices. What is typed here is saved a moment later; what another device
 * saved appears here. Nothing that was typed is lost: texts that grew apart are put together. See ADR 43.
 */
import type { DraftContent, DraftSave, StoredDraft } from '../../shared/schemas/draft.ts';
import { failureCodeOf } from '../ui/apiError.ts';
import type { Store } from '../ui/store.ts';
import { DRAFT_PREFIX, type Draft, type DraftStorage, type Drafts, EMPTY_DRAFT } from './drafts.ts';
import type { LinkState } from './linkState.ts';
import { isSameDraft, mergeDrafts } from './mergeDrafts.ts';

/** Another device follows within two seconds. */
const SAVE_AFTER_MS = 1_500;
const RETRY_MS = 5_000;
/** The server names so many; a draft that is missing in a list of this length may exist all the same. */
const LISTED_MOST = 100;

export interface DraftSync {
  /** Keeps this person's drafts in step from now on. Safe to repeat. */
  open(writerId: string): void;
  /** Another tab or device has saved. */
  apply(stored: StoredDraft): void;
  /** Saves now what is not saved yet. Never rejects. */
  flush(options?: { isClosing?: boolean }): Promise<void>;
  close(): void;
}

export interface DraftSyncDeps {
  drafts: Drafts;
  storage: DraftStorage;
  link: Store<LinkState>;
  list(): Promise<StoredDraft[]>;
  save(
    conversationId: string,
    draft: DraftSave,
    options: { isClosing: boolean },
  ): Promise<{ isSaved: boolean; draft: StoredDraft }>;
}

interface Saved {
  revision: number;
  draft: DraftContent;
}

export function createDraftSync({ drafts, storage, link, list, save }: DraftSyncDeps): DraftSync {
  let writer: string | null = null;
  const savedById = new Map<string, Saved>();
  /** Counts what this tab learnt of the server's drafts: a list that was asked for earlier knows nothing of it. */
  let learnt = 0;
  const learntAt = new Map<string, number>();
  const timers = new Map<string, ReturnType<typeof setTimeout>>();
  /** What is on its way to the server. Its event may come before its answer. */
  const sending = new Map<string, DraftContent>();

  const keyOf = (conversationId: string) => `${DRAFT_PREFIX}${writer}:${conversationId}:saved`;
  const storeOf = (conversationId: string) => drafts.of(writer ?? '', conversationId);

  function savedOf(conversationId: string): Saved {
    const known = savedById.get(conversationId) ?? readSaved(storage, keyOf(conversationId));
    savedById.set(conversationId, known);
    return known;
  }

  function learn(conversationId: string, saved: Saved): void {
    savedById.set(conversationId, saved);
    learnt += 1;
    learntAt.set(conversationId, learnt);
    writeSaved(storage, keyOf(conversationId), saved);
  }

  const isUnsaved = (conversationId: string) =>
    !isSameDraft(storeOf(conversationId).get(), savedOf(conversationId).draft);

  function saveSoon(conversationId: string, waitMs = SAVE_AFTER_MS): void {
    if (timers.has(conversationId)) return;
    const timer = setTimeout(() => void saveNow(conversationId, false), waitMs);
    timers.set(conversationId, timer);
  }

  async function saveNow(conversationId: string, isClosing: boolean): Promise<void> {
    clearTimeout(timers.get(conversationId));
    timers.delete(conversationId);
    if (writer === null || sending.has(conversationId) || !isUnsaved(conversationId)) return;
    const savingWriter = writer;
    const content = contentOf(storeOf(conversationId).get());
    sending.set(conversationId, content);
    try {
      const { revision: baseRevision } = savedOf(conversationId);
      const answer = await save(conversationId, { ...content, baseRevision }, { isClosing });
      if (writer !== savingWriter) return;
      sending.delete(conversationId);
      // Events of later saves may have come before this answer.
      const isNews = answer.draft.revision > savedOf(conversationId).revision;
      if (isNews && answer.isSaved)
        learn(conversationId, { revision: answer.draft.revision, draft: content });
      else if (isNews) meet(conversationId, answer.draft);
      if (isUnsaved(conversationId)) saveSoon(conversationId);
    } catch (error) {
      if (writer !== savingWriter) return;
      sending.delete(conversationId);
      // Its next change tries again; without the server, the end of the break does.
      if (isPassing(error)) saveSoon(conversationId, RETRY_MS);
    }
  }

  /** Takes over what another device saved, together with what was written here meanwhile. */
  function meet(conversationId: string, stored: StoredDraft): void {
    const { draft: base } = savedOf(conversationId);
    const remote = contentOf(stored);
    const store = storeOf(conversationId);
    const merged = mergeDrafts(base, contentOf(store.get()), remote);
    learn(conversationId, { revision: stored.revision, draft: remote });
    if (!isSameDraft(store.get(), merged)) store.set(merged);
    if (!isSameDraft(merged, remote)) saveSoon(conversationId);
  }

  function apply(stored: StoredDraft): void {
    if (writer !== null && stored.revision > savedOf(stored.conversationId).revision) takeOver(stored);
  }

  function takeOver(stored: StoredDraft): void {
    const { conversationId, revision } = stored;
    const sent = sending.get(conversationId);
    if (sent && isSameDraft(sent, stored)) learn(conversationId, { revision, draft: sent });
    else meet(conversationId, stored);
  }

  async function readAll(): Promise<void> {
    const askedAt = learnt;
    const askingWriter = writer;
    let stored: StoredDraft[];
    try {
      stored = await list();
    } catch {
      return; // The next connection asks again.
    }
    if (writer !== askingWriter) return;
    const isNewer = (conversationId: string) => (learntAt.get(conversationId) ?? 0) > askedAt;
    // A list is the whole truth, also when clocks have given a later draft a smaller revision.
    for (const draft of stored)
      if (!isNewer(draft.conversationId) && draft.revision !== savedOf(draft.conversationId).revision)
        takeOver(draft);
    // What this tab kept through a reload, and what could not be saved during a break.
    for (const conversationId of new Set([...savedById.keys(), ...drafts.texts.get().keys()]))
      if (isUnsaved(conversationId)) saveSoon(conversationId);
    if (stored.length >= LISTED_MOST) return;
    const ids = new Set(stored.map(({ conversationId }) => conversationId));
    for (const [conversationId, { revision, draft }] of savedById) {
      if (ids.has(conversationId) || isNewer(conversationId) || sending.has(conversationId)) continue;
      // Sent or emptied at another device.
      if (!isSameDraft(draft, EMPTY_DRAFT))
        meet(conversationId, { ...EMPTY_DRAFT, conversationId, revision });
    }
  }

  drafts.onChanged((personId, conversationId) => {
    if (personId === writer && isUnsaved(conversationId)) saveSoon(conversationId);
  });
  link.subscribe(() => {
    if (writer !== null && link.get().phase === 'online') void readAll();
  });

  return {
    open(writerId) {
      if (writer === writerId) return;
      writer = writerId;
      if (link.get().phase === 'online') void readAll();
    },
    apply,
    async flush({ isClosing = false } = {}) {
      if (writer === null) return;
      const unsaved = [...savedById.keys()].filter(isUnsaved);
      await Promise.all(unsaved.map((conversationId) => saveNow(conversationId, isClosing)));
    },
    close() {
      writer = null;
      for (const timer of timers.values()) clearTimeout(timer);
      timers.clear();
      sending.clear();
      savedById.clear();
      learntAt.clear();
    },
  };
}

function contentOf({ text, mode, sinceSeq, quoted, canned }: Draft | StoredDraft): DraftContent {
  return { text, mode, sinceSeq, quoted, ...(canned && { canned }) };
}

/** Whether the same save may succeed later. */
function isPassing(error: unknown): boolean {
  const code = failureCodeOf(error);
  return code === 'unreachable' || code === 'storeUnavailable' || code === 'internal';
}

function readSaved(storage: DraftStorage, key: string): Saved {
  const none: Saved = { revision: 0, draft: EMPTY_DRAFT };
  try {
    const kept: unknown = JSON.parse(storage.getItem(key) ?? 'null');
    return typeof kept === 'object' && kept !== null && 'revision' in kept && 'draft' in kept
      ? (kept as Saved)
      : none;
  } catch {
    return none;
  }
}

function writeSaved(storage: DraftStorage, key: string, saved: Saved): void {
  try {
    storage.setItem(key, JSON.stringify(saved));
  } catch {
    // Without storage, a reload compares the draft with what the server has.
  }
}
