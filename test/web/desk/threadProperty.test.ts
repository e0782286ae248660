/** The state rule: changes applied to an old snapshot, with any of them lost and resumed, equal a fresh read. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { ConversationChanged } from '../../../shared/events.ts';
import type { ConversationRow } from '../../../shared/schemas/conversation.ts';
import type { MessageView } from '../../../shared/schemas/message.ts';
import {
  applyThread,
  hasGap,
  openThread,
  prependOlder,
  resumePoint,
  resumeThread,
  type ThreadState,
} from '../../../web/desk/threadState.ts';
import { sampleChange, sampleMessage, sampleRow } from '../support/samples.ts';

/** A small model of the server: a conversation, all its changes, and the three ways to read it. */
function createDesk() {
  let row: ConversationRow = sampleRow();
  const messages: MessageView[] = [];
  const commit = (changed: MessageView[], change: Partial<ConversationRow> = {}): ConversationChanged => {
    row = { ...row, ...change, revision: row.revision + 1, lastSeq: messages.length };
    return sampleChange(row, ...changed);
  };
  return {
    add: (): ConversationChanged => {
      const message = sampleMessage({ seq: messages.length + 1 });
      messages.push(message);
      return commit([message]);
    },
    alter: (pick: number): ConversationChanged => {
      const at = pick % Math.max(messages.length, 1);
      const held = messages[at];
      if (!held) return commit([]);
      const altered = { ...held, version: held.version + 1, text: `${held.text}!` };
      messages[at] = altered;
      return commit([altered]);
    },
    assign: (): ConversationChanged => commit([], { replyCount: row.replyCount + 1 }),
    page: (limit: number, beforeSeq = Number.POSITIVE_INFINITY) => {
      const before = messages.filter((message) => message.seq < beforeSeq);
      return { row, messages: before.slice(-limit), hasOlder: before.length > limit };
    },
    resume: ({ revision, fromSeq }: { revision: number; fromSeq: number }, limit: number) => {
      if (revision === row.revision) return null;
      const newest = messages.slice(-limit);
      const isTruncated = messages.length > limit && (newest[0]?.seq ?? 1) > fromSeq;
      return { row, messages: newest.filter((message) => message.seq >= fromSeq), isTruncated };
    },
    everything: () => [...messages],
    row: () => row,
  };
}
type SmallDesk = ReturnType<typeof createDesk>;

const RESUME_MESSAGES = 12;
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('add' as const), isLost: fc.boolean() }) },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('alter' as const), pick: fc.nat(60), isLost: fc.boolean() }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('assign' as const), isLost: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('older' as const) }) },
  // The server reads its answer, then these changes happen and arrive before the answer.
  { weight: 1, arbitrary: fc.record({ do: fc.constant('resume' as const), meanwhile: fc.nat(3) }) },
);

function change(
  desk: SmallDesk,
  what: { do: 'add' | 'alter' | 'assign'; pick?: number },
): ConversationChanged {
  if (what.do === 'add') return desk.add();
  return what.do === 'alter' ? desk.alter(what.pick ?? 0) : desk.assign();
}

function catchUp(desk: SmallDesk, thread: ThreadState): ThreadState {
  const answer = desk.resume(resumePoint(thread), RESUME_MESSAGES);
  return answer ? resumeThread(thread, answer) : thread;
}

it('shows after any losses and a resume what a fresh read shows', () => {
  fc.assert(
    fc.property(fc.nat(30), fc.array(step, { maxLength: 60 }), (before, steps) => {
      const desk = createDesk();
      for (let i = 0; i < before; i += 1) desk.add();
      let thread = openThread(desk.page(8));
      for (const one of steps) {
        if (one.do === 'older') {
          const firstSeq = thread.messages[0]?.seq;
          if (thread.hasOlder && firstSeq) thread = prependOlder(thread, desk.page(5, firstSeq));
        } else if (one.do === 'resume') {
          const answer = desk.resume(resumePoint(thread), RESUME_MESSAGES);
          for (let i = 0; i < one.meanwhile; i += 1) thread = applyThread(thread, desk.add());
          if (answer) thread = resumeThread(thread, answer);
        } else {
          const changed = change(desk, one);
          if (!one.isLost) thread = applyThread(thread, changed);
        }
      }
      thread = catchUp(desk, thread);

      expect(hasGap(thread)).toBe(false);
      expect(thread.row).toEqual(desk.row());
      const firstSeq = thread.messages[0]?.seq ?? 1;
      expect(thread.messages).toEqual(desk.everything().filter((message) => message.seq >= firstSeq));
      expect(thread.hasOlder).toBe(firstSeq > 1);
    }),
    { numRuns: 400 },
  );
});

it('needs no resume when nothing is lost, in whatever order the changes come', () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom('add' as const, 'alter' as const, 'assign' as const), { maxLength: 20 }),
      fc.infiniteStream(fc.nat()),
      (kinds, picks) => {
        const desk = createDesk();
        let thread = openThread(desk.page(50));
        const changes = kinds.map((kind, at) => change(desk, { do: kind, pick: at * 7 }));
        while (changes.length > 0) {
          const at = (picks.next().value ?? 0) % changes.length;
          const [next] = changes.splice(at, 1);
          if (next) thread = applyThread(thread, next);
        }
        expect(hasGap(thread)).toBe(false);
        expect(thread.row).toEqual(desk.row());
        expect(thread.messages).toEqual(desk.everything());
      },
    ),
    { numRuns: 200 },
  );
});
