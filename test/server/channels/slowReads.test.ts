/** Reading calls over a slow network: an answer may take as long as it comes, and silence ends it. */
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { createCallBudgets } from '../../../server/channels/budget/callBudgets.ts';
import { rowsInMemory } from '../../../server/channels/budget/rows.ts';
import { okApiAt } from '../../../server/channels/ok/call.ts';
import { VkApi } from '../../../server/channels/vk/api.ts';
import { readFailure } from '../../../server/channels/vk/errors.ts';

const IDLE_MS = 300;
const PIECES = 8;

async function withServer<T>(answering: RequestListener, ask: (url: string) => Promise<T>): Promise<T> {
  const server = createServer(answering);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    return await ask(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

/** Takes longer than the limit in all, and never pauses as long. */
const inPieces =
  (body: unknown): RequestListener =>
  async (_req, res) => {
    const text = JSON.stringify(body);
    const step = Math.ceil(text.length / PIECES);
    for (let from = 0; from < text.length; from += step) {
      res.write(text.slice(from, from + step));
      await wait(IDLE_MS / 4);
    }
    res.end();
  };
const silentInTheMiddle: RequestListener = (_req, res) => void res.write('{"response":');

const budgets = createCallBudgets(rowsInMemory());
const historyOfVk = (apiBaseUrl: string) =>
  new VkApi({
    token: 'token',
    apiBaseUrl,
    budgets,
    budget: { key: 'vk', perSecond: 100 },
    purpose: 'reading',
    idleMs: IDLE_MS,
  }).messages.getHistory({ peer_id: 1 });
const historyOfOk = (apiBaseUrl: string) =>
  okApiAt({ apiBaseUrl, budgets, keyOf: () => 'ok', idleMs: IDLE_MS })('token').get('me/messages');

describe('a page of the history that comes slowly', () => {
  const page = { count: 1, items: [{ id: 1, text: 'Здравствуйте! '.repeat(50) }] };

  it('is read whole from VK', async () => {
    expect(await withServer(inPieces({ response: page }), historyOfVk)).toEqual(page);
  });

  it('is read whole from OK', async () => {
    expect(await withServer(inPieces({ messages: page.items }), historyOfOk)).toEqual({
      messages: page.items,
    });
  });
});

it.each([
  ['is silent from the start', () => undefined],
  ['falls silent in the middle', silentInTheMiddle],
] satisfies [string, RequestListener][])('ends as lost when the network %s', async (_how, answering) => {
  const ofVk = await withServer(answering, (url) => historyOfVk(url).catch((error: unknown) => error));
  expect(readFailure(ofVk)).toEqual({ kind: 'lost' });
  const ofOk = await withServer(answering, (url) => historyOfOk(url).catch((error: unknown) => error));
  expect(ofOk).toMatchObject({ failure: { kind: 'lost' } });
});
