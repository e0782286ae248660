import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { poll } from '../../../../server/channels/vk/pollRequest.ts';

const GIVE_UP_MS = 300;

async function pollOf(answering: RequestListener, signal = new AbortController().signal) {
  const server = createServer(answering);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  try {
    return await poll({ server: address, key: 'key', ts: '1' }, '1', signal, { giveUpMs: GIVE_UP_MS });
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

describe("an answer of VK's long poll", () => {
  it('may take longer than the time limit, as long as it comes', async () => {
    const text = JSON.stringify({ ts: '2', updates: [{ type: 'message_new', event_id: 'a' }] });
    const answer = await pollOf(async (_req, res) => {
      const step = Math.ceil(text.length / 6);
      for (let from = 0; from < text.length; from += step) {
        res.write(text.slice(from, from + step));
        await new Promise((resolve) => setTimeout(resolve, GIVE_UP_MS / 3));
      }
      res.end();
    });
    expect(answer).toMatchObject({ kind: 'updates', ts: '2', updates: [{ event_id: 'a' }] });
  });

  it.each([
    ['nothing comes', () => undefined],
    ['it falls silent in the middle', (_req, res) => void res.write('{"ts":')],
    ['it breaks off', (_req, res) => void res.write('{"ts":', () => res.destroy())],
    ['it is a redirect', (_req, res) => void res.writeHead(302, { location: '/other' }).end()],
    ['it is not JSON', (_req, res) => void res.end('<html>')],
  ] satisfies [string, RequestListener][])('is a failure when %s', async (_what, answering) => {
    await expect(pollOf(answering)).rejects.toThrow();
  });

  it('is waited for no longer when the session ends', async () => {
    const ending = new AbortController();
    await expect(pollOf(() => ending.abort(new Error('ended')), ending.signal)).rejects.toThrow();
  });
});
