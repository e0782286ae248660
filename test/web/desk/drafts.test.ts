import { describe, expect, it } from 'vitest';
import { clientToken } from '../../../shared/schemas/message.ts';
import { whyNotWrite } from '../../../web/composer/whyNotWrite.ts';
import { newClientToken } from '../../../web/desk/clientToken.ts';
import { createDrafts } from '../../../web/desk/drafts.ts';
import { dropKept } from '../../../web/desk/dropKept.ts';
import { memoryStorage } from '../support/memoryStorage.ts';
import { hexId, sampleCommunity, sampleRow } from '../support/samples.ts';

const quoted = { messageId: hexId(9), authorName: 'Пётр', text: 'Когда?', attachmentKinds: [] };

describe('drafts', () => {
  it('are kept per person and conversation, and leave nothing in storage when emptied', () => {
    const storage = memoryStorage();
    const drafts = createDrafts(storage);
    drafts.of('anna', 'a').set({ text: 'Здравствуйте', mode: 'answer', sinceSeq: 3, quoted });
    drafts.of('anna', 'b').set({ text: 'позвонить', mode: 'note', sinceSeq: 1, quoted: null });
    const afterReload = createDrafts(storage);
    expect(afterReload.of('anna', 'a').get()).toEqual({
      text: 'Здравствуйте',
      mode: 'answer',
      sinceSeq: 3,
      quoted,
    });
    expect(afterReload.of('anna', 'b').get()).toMatchObject({ text: 'позвонить', mode: 'note' });
    expect(afterReload.of('boris', 'a').get().text).toBe('');
    drafts.of('anna', 'a').set({ text: '', mode: 'answer', sinceSeq: null, quoted: null });
    expect(storage.kept.size).toBe(1);
    // A chosen quote, with no text yet.
    drafts.of('anna', 'c').set({ text: '', mode: 'answer', sinceSeq: null, quoted });
    expect(createDrafts(storage).of('anna', 'c').get().quoted).toEqual(quoted);
  });

  it('are removed when their author signs out', () => {
    const storage = memoryStorage();
    storage.setItem('notify-inbox:preferences', '{}');
    storage.setItem('notify-inbox:outbox:anna', '[]');
    createDrafts(storage).of('anna', 'a').set({ text: 'x', mode: 'answer', sinceSeq: 0, quoted: null });
    dropKept(storage);
    expect([...storage.kept.keys()]).toEqual(['notify-inbox:preferences']);
  });

  it('do not fail when storage is full or has invalid data', () => {
    const storage = memoryStorage();
    storage.getItem = () => '{broken';
    storage.setItem = () => {
      throw new Error('full');
    };
    const draft = createDrafts(storage).of('anna', 'a');
    expect(draft.get().text).toBe('');
    draft.set({ text: 'x', mode: 'answer', sinceSeq: 0, quoted: null });
    expect(draft.get().text).toBe('x');
  });
});

it('each message gets its own token in the format of the contract', () => {
  const tokens = Array.from({ length: 100 }, newClientToken);
  expect(new Set(tokens).size).toBe(100);
  for (const token of tokens) expect(clientToken.safeParse(token).success).toBe(true);
});

describe('answering', () => {
  const inState = (state: 'stopped' | 'disabled' | 'offline') => ({
    ...sampleCommunity,
    connection: { ...sampleCommunity.connection, state },
  });

  it('is blocked with a reason when the client or the community cannot be reached', () => {
    expect(whyNotWrite(sampleRow({ canWrite: false }), sampleCommunity)).toBe('cannotWrite');
    expect(whyNotWrite(sampleRow(), inState('stopped'))).toBe('stopped');
    expect(whyNotWrite(sampleRow(), inState('disabled'))).toBe('disabledCommunity');
  });

  it('is possible while the network is down: answers wait in the queue', () => {
    expect(whyNotWrite(sampleRow(), inState('offline'))).toBeNull();
  });
});
