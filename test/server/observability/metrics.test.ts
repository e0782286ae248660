import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startDesk, type TestDesk } from '../../support/startDesk.ts';
import { until } from '../../support/until.ts';

let desk: TestDesk;
beforeAll(async () => {
  desk = await startDesk();
});
afterAll(async () => desk?.[Symbol.asyncDispose]());

/** The metrics as `/metrics` prints them, by name and labels. */
async function stats(): Promise<Map<string, number>> {
  const text = await (await fetch(`${desk.url}/metrics`)).text();
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => {
      const at = line.lastIndexOf(' ');
      return [line.slice(0, at), Number(line.slice(at + 1))];
    }),
  );
}

describe('the metrics of a desk', () => {
  it('count a received message and a sent answer', async () => {
    const anna = await desk.as('anna@example.com');
    const inbox = await desk.openInbox(anna);
    expect((await stats()).get('desk_sockets_connected')).toBe(1);

    desk.sandbox.control.clientSends({ userId: 2001, groupId: desk.groupId, text: 'Сколько?' });
    const reply = await inbox.nextMessage('the reply', (message) => message.text === 'Сколько?');
    await anna.call('sendAnswer', {
      params: { conversationId: reply.conversationId },
      body: { clientToken: 'metrics-1', text: 'Столько' },
    });
    await inbox.nextMessage(
      'the answer to be sent',
      (message) => message.text === 'Столько' && message.status === 'sent',
    );

    const counted = await stats();
    expect(counted.get('desk_event_to_socket_seconds_count')).toBe(1);
    expect(counted.get('desk_event_to_socket_seconds_sum')).toBeLessThan(5);
    expect(counted.get('desk_messages_sent_total{network="vk",outcome="sent"}')).toBe(1);
    expect(counted.get('desk_send_seconds_count{network="vk"}')).toBe(1);
    expect(counted.get('desk_network_events_total{network="vk",transport="longPoll",outcome="taken"}')).toBe(
      1,
    );
    expect(counted.get('desk_communities{network="vk",state="live"}')).toBe(1);
    expect(counted.get('desk_messages_queued')).toBe(0);

    inbox.socket.disconnect();
    await until(
      'the closed tab to be counted out',
      async () => (await stats()).get('desk_sockets_connected') === 0,
    );
  });

  it('count waiting messages while the network does not answer', async () => {
    const anna = await desk.as('anna@example.com');
    const { rows } = await anna.call('listConversations');
    const conversationId = rows[0]?.id ?? '';
    desk.sandbox.control.setFaults({ networkOff: true });
    await anna.call('sendAnswer', {
      params: { conversationId },
      body: { clientToken: 'metrics-2', text: 'Ждёт' },
    });
    await until(
      'the waiting answer to be counted',
      async () => (await stats()).get('desk_messages_queued') === 1,
      { everyMs: 200 },
    );
  });
});
