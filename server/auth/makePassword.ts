/** A password for a person to read from a screen or a file, and to type once. */
import { randomInt } from 'node:crypto';

/** Letters and digits that are not confused with one another. */
const ALPHABET = 'abcdefghijkmnpqrstuvwxyz23456789';
const GROUPS = 4;
const GROUP_CHARS = 4;

/** 80 bits, in groups: `abcd-efgh-ijkm-npqr`. */
export function makePassword(): string {
  const char = () => ALPHABET[randomInt(ALPHABET.length)];
  const group = () => Array.from({ length: GROUP_CHARS }, char).join('');
  return Array.from({ length: GROUPS }, group).join('-');
}
