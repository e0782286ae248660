/** How two versions of a draft become one, when two devices wrote at the same time. Pure. */
import type { DraftContent } from '../../shared/schemas/draft.ts';

/** @param base what both versions began from, as far as this tab knows. */
export function mergeDrafts(base: DraftContent, local: DraftContent, remote: DraftContent): DraftContent {
  if (isSameDraft(local, base)) return remote;
  if (remote.text === base.text || remote.text === '') return local;
  if (local.text === base.text) return { ...remote, quoted: local.quoted, mode: local.mode };
  const canned = both(local, remote);
  if (local.text.includes(remote.text)) return { ...local, ...canned };
  // A note, or text beside a note, must not become an answer to the client.
  const mode = local.mode === 'note' || remote.mode === 'note' ? 'note' : 'answer';
  const kept = { mode, quoted: local.quoted ?? remote.quoted, ...canned } as const;
  if (remote.text.includes(local.text)) return { ...remote, ...kept };
  const remoteLines = remote.text.split('\n');
  const ownLines = local.text.split('\n').filter((line) => !remoteLines.includes(line));
  return { text: [...remoteLines, ...ownLines].join('\n'), sinceSeq: earlier(local, remote), ...kept };
}

export function isSameDraft(a: DraftContent, b: DraftContent): boolean {
  // When the writing began is no content: devices count it by what they have loaded.
  const others = ({ mode, quoted, canned }: DraftContent) => JSON.stringify([mode, quoted, canned ?? null]);
  return a.text === b.text && others(a) === others(b);
}

/** Places that either text left to fill are not filled by the other one. */
function both(a: DraftContent, b: DraftContent): Pick<DraftContent, 'canned'> {
  if (!a.canned || !b.canned) return a.canned || b.canned ? { canned: a.canned ?? b.canned } : {};
  const [ids, places] = (['ids', 'places'] as const).map((name) => [
    ...new Set([...(b.canned?.[name] ?? []), ...(a.canned?.[name] ?? [])]),
  ]) as [string[], string[]];
  return { canned: { ids, places } };
}

function earlier({ sinceSeq: a }: DraftContent, { sinceSeq: b }: DraftContent): number | null {
  if (a === null || b === null) return a ?? b;
  return Math.min(a, b);
}
