/** An agent ends the work on a conversation while the client writes: no question is closed unseen. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Conversation } from '../../../../server/conversations/conversation.model.ts';
import { setStatus } from '../../../../server/conversations/thread/actions.ts';
import { blankDraft } from '../../../../server/conversations/thread/thread.ts';
import type { StatusChange } from '../../../../shared/schemas/conversation.ts';
import { anna, openThreads, reply, type TestThreads } from './threadFixture.ts';

let threads: TestThreads;
beforeAll(async () => {
  threads = await openThreads();
});
afterAll(() => threads[Symbol.asyncDispose]());

const set = (conversation: Conversation, change: StatusChange) =>
  setStatus(threads.createDeps(), conversation, anna, change);

const closings: ((seenSeq: number) => StatusChange)[] = [
  (seenSeq) => ({ status: 'resolved', seenSeq }),
  (seenSeq) => ({ status: 'pending', seenSeq }),
  (seenSeq) => ({ status: 'snoozed', snooze: { kind: 'minutes', minutes: 60 }, seenSeq }),
];

describe('a status that ends the work', () => {
  it.each(closings.map((of) => [of(0).status, of] as const))(
    '%s is refused when the client has written after what the agent saw',
    async (status, closing) => {
      const conversation = await threads.open(2);
      expect(await set(conversation, closing(1))).toEqual({ kind: 'newerReply' });
      expect(await threads.read(conversation)).toMatchObject({ status: 'open', lastSeq: 2 });
      expect(await set(conversation, closing(2))).toMatchObject({ kind: 'set', conversation: { status } });
    },
  );

  it('is refused although its process read the conversation before the client wrote', async () => {
    const stale = await threads.open(1);
    await threads.createDeps().thread.append(stale, reply(2));
    expect(await set(stale, { status: 'resolved', seenSeq: 1 })).toEqual({ kind: 'newerReply' });
    // A number beyond the thread does not help: what counts is what the process that read it could see.
    const other = await threads.open(1);
    await threads.createDeps().thread.append(other, reply(2));
    expect(await set(other, { status: 'resolved', seenSeq: 1_000 })).toEqual({ kind: 'newerReply' });
  });

  it('is not refused for what the company’s own people added meanwhile', async () => {
    const { thread } = threads.createDeps();
    const conversation = await threads.open(1);
    const note = { ...blankDraft(new Date()), kind: 'note' as const, direction: 'internal' as const };
    await thread.append(conversation, {
      ...note,
      authorType: 'agent',
      authorName: 'Иван',
      text: 'перезвонить',
      status: 'stored',
    });
    expect(await set(conversation, { status: 'resolved', seenSeq: 1 })).toMatchObject({ kind: 'set' });
  });

  it('never stands after a reply that was not seen, though many write at once', async () => {
    const { thread } = threads.createDeps();
    let refused = 0;
    for (let round = 1; round <= 12; round += 1) {
      const conversation = await threads.open(1);
      const [outcome] = await Promise.all([
        set(conversation, { status: 'resolved', seenSeq: 1 }),
        threads.createDeps().thread.append(conversation, reply(2)),
        thread.append(conversation, reply(3)),
      ]);
      const messages = await threads.messagesOf(conversation);
      const resolvedSeq = messages.find(({ system }) => system?.event === 'resolved')?.seq;
      if (outcome.kind === 'newerReply') refused += 1;
      expect(resolvedSeq).toBe(outcome.kind === 'set' ? 2 : undefined);
      // The client's later reply opens it again.
      expect(await threads.read(conversation)).toMatchObject({
        status: 'open',
        replyCount: 3,
        isResolved: false,
      });
    }
    expect(refused).toBeGreaterThan(0);
  });
});
