/** Makes the name of an agent's file safe to store, show and send to a network, and keeps it readable. */
import { randomUUID } from 'node:crypto';
import { cleanFileName } from '../../shared/names.ts';

/** Browsers may send a whole path; only its last part is the name. */
export function safeFileName(given: string): string {
  const last = given.split(/[/\\]/).findLast((part) => part.trim() !== '') ?? '';
  return cleanFileName(last) || randomUUID();
}
