/** A small server that a network calls: records the calls and answers as the test asks. */
import { EventEmitter, once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Received {
  text: string;
  // biome-ignore lint/suspicious/noExplicitAny: each network has its own body, and tests look deep into it
  body: any;
  headers: IncomingHttpHeaders;
}

export interface Receiver extends AsyncDisposable {
  url: string;
  received: Received[];
  /** The next calls are answered with these statuses, then all with 200. */
  answerWith(...statuses: number[]): void;
  /** The next call gets no answer at all. */
  hangOnce(): void;
  /** Resolves once the received calls satisfy `isEnough`. */
  until(isEnough: (received: Received[]) => boolean, timeoutMs?: number): Promise<Received[]>;
}

export async function startReceiver(): Promise<Receiver> {
  const received: Received[] = [];
  const calls = new EventEmitter();
  const statuses: number[] = [];
  let hangs = 0;
  const server = createServer(async (req, res) => {
    const chunks: Buffer[] = [];
    for await (const chunk of req) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString('utf8');
    received.push({ text, body: JSON.parse(text), headers: req.headers });
    calls.emit('call');
    if (hangs > 0) {
      hangs -= 1;
      return;
    }
    res.statusCode = statuses.shift() ?? 200;
    res.end('ok');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/hook`,
    received,
    hangOnce: () => {
      hangs += 1;
    },
    answerWith: (...next) => statuses.push(...next),
    until: async (isEnough, timeoutMs = 5000) => {
      const signal = AbortSignal.timeout(timeoutMs);
      while (!isEnough(received)) {
        await once(calls, 'call', { signal }).catch(() => {
          throw new Error(
            `Within ${timeoutMs} ms only came: ${JSON.stringify(received.map(({ body }) => body))}`,
          );
        });
      }
      return received;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
