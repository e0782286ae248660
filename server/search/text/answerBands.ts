/**
 * How soon a reply was answered, as terms of the index: one of a few bands of time, or none. A filter is a union of
 * bands, so it costs as much as a word.
 */
import { type AnsweredFilter, type AnswerTime, answerTimes } from '../../../shared/schemas/search.ts';
import type { ReplyState } from '../../conversations/thread/answerWalk.ts';
import { attributeTerm } from './terms.ts';

const MINUTE_MS = 60_000;
const times = Object.keys(answerTimes) as AnswerTime[];
const LATEST = 'later';
const NONE = 'none';
const bands = [...times, LATEST] as const;

/** The first band that the time fits in; a reply without an answer is in the last one. */
function bandOf(state: ReplyState): string {
  if (state.kind !== 'answered') return NONE;
  return times.find((time) => state.afterMs <= answerTimes[time] * MINUTE_MS) ?? LATEST;
}

function bandsOf(filter: AnsweredFilter): readonly string[] {
  if (filter === 'none') return [NONE];
  const isWithin = filter.startsWith('within');
  const at = bands.indexOf(filter.slice(isWithin ? 'within'.length : 'over'.length) as AnswerTime) + 1;
  return isWithin ? bands.slice(0, at) : bands.slice(at);
}

/** What the index holds of the answer to a reply. */
export function answerTerms(state: ReplyState): string[] {
  const band = attributeTerm('answered', bandOf(state));
  const personId = state.kind === 'answered' ? state.personId : null;
  return personId === null ? [band] : [band, attributeTerm('answerer', personId)];
}

/** The terms that a filter asks for: any of the first ones, and any of the second ones if there are any. */
export function answeredClauses(filter: AnsweredFilter, personId: string | null): string[][] {
  const clauses = [bandsOf(filter).map((band) => attributeTerm('answered', band))];
  if (personId !== null) clauses.push([attributeTerm('answerer', personId)]);
  return clauses;
}

export function isAnsweredAs(
  state: ReplyState,
  { filter, personId }: { filter: AnsweredFilter; personId: string | null },
): boolean {
  if (!bandsOf(filter).includes(bandOf(state))) return false;
  return personId === null || (state.kind === 'answered' && state.personId === personId);
}
