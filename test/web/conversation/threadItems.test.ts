import { describe, expect, it } from 'vitest';
import { firstUnreadSeq, threadItems } from '../../../web/conversation/threadItems.ts';
import type { OutgoingMessage } from '../../../web/desk/outbox.ts';
import { hexId, sampleMessage } from '../support/samples.ts';

const on = (day: number, minute: number) => new Date(2026, 0, day, 12, minute).toISOString();
const options = { hasOlder: true, unreadFromSeq: null, showsEvents: false };
const outgoing: OutgoingMessage = {
  clientToken: 'token-one',
  conversationId: hexId(1),
  kind: 'answer',
  text: 'on its way',
  uploads: [],
  replyTo: null,
  writtenAt: on(1, 1),
  failure: null,
  isUnderWay: false,
};

describe('the lines of a thread', () => {
  it('have a mark where a day begins', () => {
    const items = threadItems(
      [sampleMessage({ seq: 1, sentAt: on(1, 0) }), sampleMessage({ seq: 2, sentAt: on(2, 0) })],
      [],
      options,
    );
    expect(items.map((item) => item.kind)).toEqual(['day', 'message', 'day', 'message']);
  });

  it('have changes of labels, and days that hold nothing else, only with events switched on', () => {
    const labelled = sampleMessage({
      seq: 2,
      kind: 'system',
      sentAt: on(2, 0),
      system: {
        event: 'labelled',
        personName: 'Анна',
        count: null,
        labels: { added: ['возврат'], removed: [] },
      },
    });
    const messages = [sampleMessage({ seq: 1, sentAt: on(1, 0) }), labelled];
    const kinds = (showsEvents: boolean) =>
      threadItems(messages, [], { ...options, showsEvents }).map((item) => item.kind);
    expect(kinds(false)).toEqual(['day', 'message']);
    expect(kinds(true)).toEqual(['day', 'message', 'day', 'message']);
  });

  it('begin with the start mark once the thread is loaded completely', () => {
    expect(threadItems([], [], { ...options, hasOlder: false })[0]?.kind).toBe('start');
  });

  it('have the unread mark before the first unread reply', () => {
    const messages = [1, 2, 3].map((seq) => sampleMessage({ seq, sentAt: on(1, seq) }));
    const unreadFromSeq = firstUnreadSeq(messages, 2);
    const items = threadItems(messages, [], { ...options, unreadFromSeq });
    expect(items.map((item) => item.kind)).toEqual(['day', 'message', 'unread', 'message', 'message']);
  });

  it('group messages of one author, but not those far apart in time', () => {
    const items = threadItems(
      [
        sampleMessage({ seq: 1, sentAt: on(1, 0) }),
        sampleMessage({ seq: 2, sentAt: on(1, 2) }),
        sampleMessage({ seq: 3, sentAt: on(1, 30) }),
      ],
      [],
      options,
    );
    const runs = items.flatMap((item) => (item.kind === 'message' ? [item.continuesRun] : []));
    expect(runs).toEqual([false, true, false]);
  });

  it('show a message being sent once, even when the server has already stored it', () => {
    const waiting = threadItems([], [outgoing], options);
    const stored = threadItems(
      [sampleMessage({ kind: 'answer', clientToken: 'token-one', sentAt: on(1, 1) })],
      [outgoing],
      options,
    );
    expect(waiting.map((item) => item.kind)).toEqual(['outgoing']);
    expect(stored.map((item) => item.kind)).toEqual(['day', 'message']);
    expect(stored[1]?.key).toBe(waiting[0]?.key);
  });
});
