/** The state rule for the list with the real desk: whatever a tab lost, one resume makes it equal to a fresh read. */
import { expect, it } from 'vitest';
import type { ListScope } from '../../../shared/conversationLists.ts';
import type { ConversationChanged } from '../../../shared/events.ts';
import { conversationFilters } from '../../../shared/schemas/conversation.ts';
import { applyRows, type ListWindow, openWindow, resumeWindow } from '../../../web/desk/listWindow.ts';
import type { DeskClient } from '../../support/deskProcess.ts';
import { startDesk } from '../../support/startDesk.ts';
import { until } from '../../support/until.ts';

const ROUNDS = 6;
const CHANGES_A_ROUND = 8;
const USER_IDS = [2001, 2002, 2003, 2004, 2005];
const scopesFor = (assigneeId: string): ListScope[] => [
  ...conversationFilters.flatMap((filter) =>
    [false, true].map((waitingOnly) => ({ filter, communityId: null, waitingOnly })),
  ),
  { filter: 'all', communityId: null, waitingOnly: false, assigneeId },
  { filter: 'resolved', communityId: null, waitingOnly: false, assigneeId },
  { filter: 'all', communityId: null, waitingOnly: true, assigneeId },
];

/** The same numbers in every run, so that a failure can be repeated. */
function seeded(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const freshPage = (client: DeskClient, { filter, waitingOnly, assigneeId }: ListWindow['scope']) =>
  client.call('listConversations', {
    query: { filter, ...(waitingOnly ? { waiting: 'true' } : {}), ...(assigneeId ? { assigneeId } : {}) },
  });

it('makes every filter, waiting only or of one assignee too, equal to a fresh read', async () => {
  await using desk = await startDesk();
  const anna = await desk.as('anna@example.com');
  const { me, people } = await anna.call('bootstrap');
  const scopes = scopesFor(people[0]!.id);
  const inbox = await desk.openInbox(anna);
  for (const userId of USER_IDS)
    desk.sandbox.control.clientSends({ userId, groupId: desk.groupId, text: `Начало ${userId}` });
  const rows = await until('all conversations, named', async () => {
    const page = await anna.call('listConversations');
    return page.rows.length === USER_IDS.length && page.rows.every((row) => !/^id\d/.test(row.client.name))
      ? page.rows
      : null;
  });
  const pick = seeded(20_260);
  const anyOf = <T>(all: readonly T[]): T => all[pick(all.length)] as T;

  const changeOne = async () => {
    const params = { conversationId: anyOf(rows).id };
    const row = await anna.call('readConversation', { params });
    switch (pick(4)) {
      case 0:
        return anna.call('setStatus', {
          params,
          body: anyOf([
            { status: 'open' },
            { status: 'pending', seenSeq: row.lastSeq },
            { status: 'snoozed', snooze: { kind: 'minutes' as const, minutes: 60 }, seenSeq: row.lastSeq },
            { status: 'resolved', seenSeq: row.lastSeq },
          ]),
        });
      case 1: {
        const personId = anyOf([null, me.id, ...people.slice(0, 2).map((person) => person.id)]);
        return anna.call('assign', { params, body: { personId } });
      }
      case 2:
        return anna.call('markRead', { params, body: { upToSeq: row.lastSeq } });
      default: {
        const text = `Реплика ${pick(1_000_000)}`;
        desk.sandbox.control.clientSends({ userId: anyOf(USER_IDS), groupId: desk.groupId, text });
        return inbox.nextMessage(text, (message) => message.text === text);
      }
    }
  };

  for (let round = 0; round < ROUNDS; round += 1) {
    let windows = await Promise.all(
      scopes.map(async (scope) => openWindow(scope, me.id, await freshPage(anna, scope))),
    );
    const from = inbox.changes.length;
    for (let change = 0; change < CHANGES_A_ROUND; change += 1) await changeOne();
    const received = inbox.changes
      .slice(from)
      .filter((change): change is ConversationChanged => change.type === 'conversation.changed')
      .filter(() => pick(2) === 0);
    windows = windows.map((window) =>
      applyRows(
        window,
        received.map((change) => change.row),
      ),
    );
    for (const window of windows) {
      const answer = await inbox.socket.timeout(5_000).emitWithAck('resume', {
        threads: [],
        list: {
          filter: window.scope.filter,
          communityId: null,
          waiting: window.scope.waitingOnly,
          assigneeId: window.scope.assigneeId,
          rows: window.rows.map(({ id, revision }) => ({ id, revision })),
        },
      });
      if (!answer.ok || !answer.data.list) throw new Error('resume was refused');
      const fresh = await freshPage(anna, window.scope);
      expect(answer.data.list.order, JSON.stringify(window.scope)).toEqual(fresh.rows.map((row) => row.id));
      expect(resumeWindow(window, answer.data.list).rows, JSON.stringify(window.scope)).toEqual(fresh.rows);
    }
  }
});
