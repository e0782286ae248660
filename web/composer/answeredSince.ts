/** Finds the latest answer that another person sent after `sinceSeq`; null if nobody did. Pure. */
import type { MessageView } from '../../shared/schemas/message.ts';

export function answeredSince(
  messages: readonly MessageView[],
  sinceSeq: number,
  myId: string,
): MessageView | null {
  return (
    messages.findLast(
      (message) =>
        message.seq > sinceSeq &&
        message.kind === 'answer' &&
        message.author.type !== 'system' &&
        message.author.personId !== myId,
    ) ?? null
  );
}
