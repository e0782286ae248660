import { describe, expect, it } from 'vitest';
import { clientToken } from '../../../shared/schemas/message.ts';
import { newClientToken } from '../../../web/composer/clientToken.ts';
import { createDrafts } from '../../../web/composer/drafts.ts';
import { whyNotWrite } from '../../../web/composer/whyNotWrite.ts';
import { sampleCommunity, sampleRow } from '../support/samples.ts';

function memory() {
  const kept = new Map<string, string>();
  return {
    kept,
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  };
}

describe('drafts', () => {
  it('are kept for each conversation apart, and leave nothing when emptied', () => {
    const storage = memory();
    const drafts = createDrafts(storage);
    drafts.write('a', { text: 'Здравствуйте', mode: 'answer' });
    drafts.write('b', { text: 'позвонить', mode: 'note' });
    expect(drafts.read('a')).toEqual({ text: 'Здравствуйте', mode: 'answer' });
    expect(drafts.read('b')).toEqual({ text: 'позвонить', mode: 'note' });
    drafts.write('a', { text: '', mode: 'answer' });
    expect(drafts.read('a').text).toBe('');
    expect(storage.kept.size).toBe(1);
  });

  it('do not fail on a storage that is full or holds something else', () => {
    const storage = memory();
    storage.getItem = () => '{broken';
    storage.setItem = () => {
      throw new Error('full');
    };
    const drafts = createDrafts(storage);
    expect(drafts.read('a')).toEqual({ text: '', mode: 'answer' });
    expect(() => drafts.write('a', { text: 'x', mode: 'answer' })).not.toThrow();
  });
});

it('a message gets a token of its own, of the shape that the contract asks for', () => {
  const tokens = Array.from({ length: 100 }, newClientToken);
  expect(new Set(tokens).size).toBe(100);
  for (const token of tokens) expect(clientToken.safeParse(token).success).toBe(true);
});

describe('answering', () => {
  const inState = (state: 'stopped' | 'disabled' | 'offline') => ({
    ...sampleCommunity,
    connection: { ...sampleCommunity.connection, state },
  });

  it('is refused with a reason when the client or the community cannot be reached', () => {
    expect(whyNotWrite(sampleRow({ canWrite: false }), sampleCommunity)).toBe('cannotWrite');
    expect(whyNotWrite(sampleRow(), inState('stopped'))).toBe('stopped');
    expect(whyNotWrite(sampleRow(), inState('disabled'))).toBe('disabledCommunity');
  });

  it('goes on while the network is away: answers wait in the queue', () => {
    expect(whyNotWrite(sampleRow(), inState('offline'))).toBeNull();
  });
});
