/** Reads a chat's history in OK's pages: newest first, both time bounds included, at most 100 messages a page. */
import { describe, expect, it } from 'vitest';
import { readSince } from '../../../../server/channels/ok/history.ts';

const PAGE = 100;

interface Stored {
  atMs: number;
  text: string;
  /** OK returns it in a form that the desk cannot read. */
  isOdd?: boolean;
}

function chatOf(stored: Stored[]) {
  let calls = 0;
  const shown = stored.map(({ atMs, text, isOdd }, index) => ({
    sender: { user_id: 'user:1' },
    recipient: { chat_id: 'chat:1' },
    message: { text, mid: isOdd ? 7 : `mid:1.${index}` },
    timestamp: atMs,
  }));
  const client = {
    community: { id: '0123456789abcdef01234567', network: 'ok' as const, externalId: '1' },
    api: {
      async get(_path: string, { from = 0, to = Number.POSITIVE_INFINITY }: Record<string, unknown> = {}) {
        calls += 1;
        const found = shown.filter(({ timestamp }) => timestamp >= Number(from) && timestamp <= Number(to));
        return { messages: found.slice(-PAGE).reverse() };
      },
      post: () => Promise.reject(new Error('Nothing is sent here')),
    },
  };
  return {
    calls: () => calls,
    texts: async (sinceMs = 0) =>
      (await readSince(client, 'chat:1', sinceMs)).map(({ message }) => message.text),
  };
}

const written = (count: number, atMsOf: (index: number) => number, prefix = '') =>
  Array.from({ length: count }, (_, index) => ({ atMs: atMsOf(index), text: `${prefix}${index}` }));

describe('the history of a chat', () => {
  it('is read completely and in order when a page ends in the middle of one ms', async () => {
    const stored = written(230, (index) => 1_000 + Math.floor(index / 70));
    expect(await chatOf(stored).texts()).toEqual(stored.map(({ text }) => text));
  });

  it('is read on to older messages when one ms holds more than a whole page', async () => {
    const older = written(150, (index) => 1_000 + index, 'older ');
    const burst = written(130, () => 2_000, 'burst ');
    const texts = await chatOf([...older, ...burst]).texts();
    expect(texts.slice(0, 150)).toEqual(older.map(({ text }) => text));
    expect(texts.slice(150)).toEqual(burst.slice(-PAGE).map(({ text }) => text));
  });

  it('is read on past an unreadable message', async () => {
    const stored: Stored[] = written(150, (index) => 1_000 + index);
    stored[120] = { ...stored[120]!, isOdd: true };
    expect(await chatOf(stored).texts()).toHaveLength(149);
  });

  it('is read up to the first page that is not full', async () => {
    const chat = chatOf(written(99, (index) => 1_000 + index));
    expect(await chat.texts()).toHaveLength(99);
    expect(chat.calls()).toBe(1);
  });
});
