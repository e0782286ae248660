/**
 * Checks messages that are numbered `#0`, `#1` and so on in the order of writing: none lost, doubled or reordered.
 */
import type { DeskClient } from '../support/deskProcess.ts';

export interface TextReport {
  sent: number;
  stored: number;
  missing: string[];
  doubled: string[];
  /** Conversations whose messages are not in the order of writing. */
  disordered: string[];
}

/** Clients' texts by conversation, in the thread's order, read as a screen reads them. */
export async function storedTexts(client: DeskClient): Promise<Map<string, string[]>> {
  const texts = new Map<string, string[]>();
  const { rows } = await client.call('listConversations', { query: { limit: '100' } as never });
  for (const row of rows) {
    const list: string[] = [];
    for (let afterSeq = 0; ; ) {
      const page = await client.call('listMessages', {
        params: { conversationId: row.id },
        query: { afterSeq: String(afterSeq), limit: '200' } as never,
      });
      list.push(
        ...page.messages.filter((message) => message.kind === 'reply').map((message) => message.text),
      );
      const last = page.messages.at(-1);
      if (!last) break;
      afterSeq = last.seq;
    }
    texts.set(row.id, list);
  }
  return texts;
}

export function countDifferent(texts: Map<string, string[]>): number {
  return new Set([...texts.values()].flat()).size;
}

export function checkTexts(texts: Map<string, string[]>, sent: number): TextReport {
  const counts = new Map<string, number>();
  for (const text of [...texts.values()].flat()) counts.set(text, (counts.get(text) ?? 0) + 1);
  const numberOf = (text: string) => Number(text.slice(1));
  return {
    sent,
    stored: counts.size,
    missing: Array.from({ length: sent }, (_, number) => `#${number}`).filter((text) => !counts.has(text)),
    doubled: [...counts].filter(([, count]) => count > 1).map(([text]) => text),
    disordered: [...texts]
      .filter(([, list]) =>
        list.some((text, index) => index > 0 && numberOf(text) < numberOf(list[index - 1] ?? '#-1')),
      )
      .map(([conversationId]) => conversationId),
  };
}
