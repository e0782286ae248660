/** Outgoing messages that no agent wrote here: matching may later recognise them as service messages. */
import type { Message } from '../conversations/message.model.ts';

export function isUnattributed({ kind, personId, randomId, serviceMessageId }: Message): boolean {
  return kind === 'answer' && !personId && randomId === undefined && serviceMessageId === undefined;
}
