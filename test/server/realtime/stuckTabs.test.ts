import type { Socket } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openRawTab } from '../../bench/inbox/rawTab.ts';
import type { DeskClient } from '../../support/deskProcess.ts';
import { quickTiming, startDesk, type TestDesk } from '../../support/startDesk.ts';
import { until } from '../../support/until.ts';

let desk: TestDesk;
let anna: DeskClient;
let stuck: Socket | undefined;
beforeAll(async () => {
  desk = await startDesk({ timing: { ...quickTiming, tabWaitingCharsMax: 100_000 } });
  anna = await desk.as('anna@example.com');
});
afterAll(async () => {
  stuck?.destroy();
  await desk?.[Symbol.asyncDispose]();
});

const openTabs = async () => {
  const metrics = await (await fetch(`${desk.url}/metrics`)).text();
  return Number(/^desk_sockets_connected (\d+)$/m.exec(metrics)?.[1]);
};

it('a tab that does not read is disconnected, and holds up no other tab', async () => {
  const inbox = await desk.openInbox(anna);
  stuck = await openRawTab({
    url: desk.url,
    cookie: anna.cookie,
    now: () => 0,
    onNumber: () => undefined,
    onLost: () => undefined,
  });
  await until('both tabs to be open', async () => (await openTabs()) === 2);
  stuck.pause();

  // More than the system keeps for a connection that is not read, and then more than the desk does.
  const text = 'Ж'.repeat(16_000);
  const count = 300;
  for (let number = 1; number <= count; number += 1)
    desk.sandbox.control.clientSends({
      userId: 2001 + (number % 3),
      groupId: desk.groupId,
      text: `${number} ${text}`,
    });

  // Pings would end the connection of a tab that answers none after 45 s.
  const isDisconnected = async () => (await openTabs()) === 1;
  await until('the tab that does not read to be disconnected', isDisconnected, { timeoutMs: 30_000 });
  const seen = () =>
    new Set(
      inbox.changes.flatMap((change) =>
        change.type === 'conversation.changed' ? change.messages.map(({ id }) => id) : [],
      ),
    );
  await until('the other tab to have every message', () => seen().size >= count, { timeoutMs: 60_000 });
  expect(inbox.socket.connected).toBe(true);
});
