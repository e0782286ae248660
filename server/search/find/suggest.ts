/**
 * What a search without hits may have meant: the same keys on the other keyboard layout, or words with one other letter.
 * Offered, never searched in its place.
 */
import type { SearchAnswer, SearchHit } from '../../../shared/schemas/search.ts';
import { onOtherLayout } from '../../../shared/words/keyboardLayout.ts';
import type { Segment } from '../segments/segment.model.ts';
import { findCorrections } from './corrections.ts';
import { findMessages } from './findMessages.ts';
import type { IndexRequest, ReadQuery, SearchDeps } from './ports.ts';

/** Null when neither finds anything. */
export async function suggest(
  deps: SearchDeps,
  readQuery: ReadQuery,
  segments: readonly Segment[],
  request: IndexRequest,
  deadline: number,
): Promise<SearchAnswer['suggestion']> {
  const firstHit = async (text: string): Promise<SearchHit | undefined> => {
    const { hits } = await findMessages(
      deps,
      segments,
      readQuery(text),
      { ...request, text, limit: 1 },
      deadline,
    );
    return hits[0];
  };
  const otherLayout = onOtherLayout(request.text);
  if (otherLayout !== null && (await firstHit(otherLayout))) return { text: otherLayout, why: 'otherLayout' };
  let corrected = request.text;
  for (const { typed, stem } of await findCorrections(deps.reader, segments, request.text)) {
    // The index knows stems: a message that holds it has the whole word.
    const hit = await firstHit(stem);
    const [mark] = hit?.excerpt.marks ?? [];
    if (hit && mark) corrected = corrected.replace(typed, hit.excerpt.text.slice(...mark).toLowerCase());
  }
  if (corrected === request.text || !(await firstHit(corrected))) return null;
  return { text: corrected, why: 'spelling' };
}
