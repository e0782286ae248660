import { DRAFT_PREFIX, type DraftStorage } from './drafts.ts';
import { OUTBOX_PREFIX } from './keptOutbox.ts';

/** Removes every draft, file list and unsent message of this tab: its reader signs out. */
export function dropKept(storage: DraftStorage): void {
  const keys = Array.from({ length: storage.length }, (_, at) => storage.key(at));
  for (const key of keys)
    if (key?.startsWith(DRAFT_PREFIX) || key?.startsWith(OUTBOX_PREFIX)) storage.removeItem(key);
}
