/** Outgoing messages of a thread that none of our people wrote here: what they are may become known later. */
import type { Message } from '../conversations/message.model.ts';

export function isUnattributed({ kind, personId, randomId, serviceMessageId }: Message): boolean {
  return kind === 'answer' && !personId && randomId === undefined && serviceMessageId === undefined;
}
