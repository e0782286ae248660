import { describe, expect, it } from 'vitest';
import {
  applyThread,
  hasGap,
  mergeMessages,
  openThread,
  prependOlder,
  resumePoint,
  resumeThread,
} from '../../../web/desk/threadState.ts';
import { sampleChange, sampleMessage, sampleRow } from '../support/samples.ts';

const opened = openThread({
  row: sampleRow({ revision: 5, lastSeq: 2 }),
  messages: [sampleMessage({ seq: 1 }), sampleMessage({ seq: 2 })],
  hasOlder: false,
});
const seqs = (thread: { messages: readonly { seq: number }[] }) => thread.messages.map(({ seq }) => seq);

describe('a thread', () => {
  it('applies the change that follows its revision', () => {
    const next = applyThread(
      opened,
      sampleChange(sampleRow({ revision: 6, lastSeq: 3 }), sampleMessage({ seq: 3 })),
    );
    expect(seqs(next)).toEqual([1, 2, 3]);
    expect(next.row.revision).toBe(6);
    expect(hasGap(next)).toBe(false);
  });

  it('keeps its conversation when the same change arrives twice', () => {
    const change = sampleChange(sampleRow({ revision: 6 }), sampleMessage({ seq: 3 }));
    const once = applyThread(opened, change);
    expect(applyThread(once, change)).toEqual(once);
  });

  it('never replaces a newer copy of a message with an older one', () => {
    const edited = applyThread(
      opened,
      sampleChange(sampleRow({ revision: 6 }), sampleMessage({ seq: 2, version: 3, text: 'new' })),
    );
    const late = mergeMessages(edited, [sampleMessage({ seq: 2, version: 2, text: 'old' })]);
    expect(late.messages[1]?.text).toBe('new');
  });

  it('holds a change back when an earlier one is missing, and asks to resume', () => {
    const ahead = applyThread(opened, sampleChange(sampleRow({ revision: 8 }), sampleMessage({ seq: 4 })));
    expect(seqs(ahead)).toEqual([1, 2]);
    expect(hasGap(ahead)).toBe(true);
    expect(resumePoint(ahead)).toEqual({ conversationId: ahead.row.id, revision: 5, fromSeq: 1 });
  });

  it('continues by itself when the missing change arrives late', () => {
    const ahead = applyThread(opened, sampleChange(sampleRow({ revision: 7 }), sampleMessage({ seq: 4 })));
    const whole = applyThread(ahead, sampleChange(sampleRow({ revision: 6 }), sampleMessage({ seq: 3 })));
    expect(seqs(whole)).toEqual([1, 2, 3, 4]);
    expect(whole.row.revision).toBe(7);
    expect(hasGap(whole)).toBe(false);
  });

  it('applies waiting changes on top of the missed ones', () => {
    const ahead = applyThread(opened, sampleChange(sampleRow({ revision: 8 }), sampleMessage({ seq: 5 })));
    const resumed = resumeThread(ahead, {
      row: sampleRow({ revision: 7 }),
      messages: [1, 2, 3, 4].map((seq) => sampleMessage({ seq })),
      isTruncated: false,
    });
    expect(seqs(resumed)).toEqual([1, 2, 3, 4, 5]);
    expect(resumed.row.revision).toBe(8);
  });

  it('drops messages before a truncated answer, so that no gap is shown', () => {
    const resumed = resumeThread(opened, {
      row: sampleRow({ revision: 500 }),
      messages: [300, 301].map((seq) => sampleMessage({ seq })),
      isTruncated: true,
    });
    expect(seqs(resumed)).toEqual([300, 301]);
    expect(resumed.hasOlder).toBe(true);
  });

  it('ignores a change of a message that is not loaded until its page loads', () => {
    const newest = openThread({
      row: sampleRow({ revision: 5 }),
      messages: [sampleMessage({ seq: 50 })],
      hasOlder: true,
    });
    const changed = applyThread(
      newest,
      sampleChange(sampleRow({ revision: 6 }), sampleMessage({ seq: 3, version: 2 })),
    );
    expect(seqs(changed)).toEqual([50]);
    expect(changed.row.revision).toBe(6);
    const older = prependOlder(changed, {
      row: sampleRow({ revision: 6 }),
      messages: [sampleMessage({ seq: 49 })],
      hasOlder: false,
    });
    expect(seqs(older)).toEqual([49, 50]);
    expect(older.hasOlder).toBe(false);
  });
});
