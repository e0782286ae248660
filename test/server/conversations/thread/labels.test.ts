/** A change of labels is a line of the thread: what it added and removed, also when colleagues change them at once. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Conversation } from '../../../../server/conversations/conversation.model.ts';
import { setLabels } from '../../../../server/conversations/thread/actions.ts';
import { anna, openThreads, type TestThreads } from './threadFixture.ts';

let threads: TestThreads;
beforeAll(async () => {
  threads = await openThreads();
});
afterAll(() => threads[Symbol.asyncDispose]());

const linesOf = async (conversation: Conversation) =>
  (await threads.messagesOf(conversation))
    .filter(({ kind }) => kind === 'system')
    .map(({ system, authorName }) => ({ authorName, event: system?.event, ...system?.labels }));

it('names what was added and removed, and adds no line when nothing changes', async () => {
  const deps = threads.createDeps();
  const conversation = await threads.open(1);
  const labelled = await setLabels(deps, conversation, anna, ['возврат', 'срочно', 'возврат']);
  expect(labelled.labels).toEqual(['возврат', 'срочно']);
  await setLabels(deps, labelled, anna, ['возврат', 'срочно']);
  const last = await setLabels(deps, labelled, anna, ['срочно', 'жалоба']);
  expect(last).toMatchObject({ labels: ['срочно', 'жалоба'], isWaiting: true, lastSeq: 3 });
  expect(last.lastMessage?.kind).toBe('reply');
  const line = { authorName: anna.name, event: 'labelled' };
  expect(await linesOf(conversation)).toEqual([
    { ...line, all: ['возврат', 'срочно'], added: ['возврат', 'срочно'], removed: [] },
    { ...line, all: ['срочно', 'жалоба'], added: ['жалоба'], removed: ['возврат'] },
  ]);
});

it('leads from one line to the next although two people read the same labels before', async () => {
  const conversation = await threads.open(1);
  await Promise.all(
    ['а', 'б', 'в', 'г'].map((label) => setLabels(threads.createDeps(), conversation, anna, [label])),
  );
  const lines = await linesOf(conversation);
  expect(lines).toHaveLength(4);
  let before: string[] = [];
  for (const { added, removed, all } of lines) {
    expect({ added, removed }).toEqual({ added: all, removed: before });
    before = all!;
  }
  expect((await threads.read(conversation)).labels).toEqual(before);
});
