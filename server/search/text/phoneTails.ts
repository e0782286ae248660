/**
 * A client's phone is sealed. The index holds its last digits as keyed hashes, one for each length from four digits to
 * ten, so that a search by the last digits finds it. ADR 27 says what that gives away.
 */
import type { Sealing } from '../../storage/sealing.ts';
import { tailTerm } from './terms.ts';

const TAIL_DIGITS_MIN = 4;
const TAIL_DIGITS_MAX = 10;

/** @param phone in E.164. */
export function tailTermsOf(sealing: Pick<Sealing, 'blindIndex'>, phone: string): string[] {
  const digits = phone.replace(/\D/gu, '');
  const terms: string[] = [];
  for (let count = TAIL_DIGITS_MIN; count <= Math.min(TAIL_DIGITS_MAX, digits.length); count += 1)
    terms.push(keyedTail(sealing, digits.slice(-count)));
  return terms;
}

/** The term under which a search finds phones that end so; null for too few digits. */
export function searchedTail(sealing: Pick<Sealing, 'blindIndex'>, digits: string): string | null {
  return digits.length < TAIL_DIGITS_MIN ? null : keyedTail(sealing, digits.slice(-TAIL_DIGITS_MAX));
}

function keyedTail(sealing: Pick<Sealing, 'blindIndex'>, digits: string): string {
  // Eight bytes tell ten thousand million numbers apart well enough, and a hit is shown, not acted on.
  const HASH_CHARS = 11;
  return tailTerm(sealing.blindIndex(digits, 'phone tail').slice(0, HASH_CHARS));
}
