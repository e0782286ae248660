/** A small stand-in for the server's HTTP side: answers components by path, and records requests. */
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ReceivedRequest {
  method: string;
  path: string;
  body: unknown;
}

export interface DeskStandIn extends AsyncDisposable {
  requests: ReceivedRequest[];
  /** Decides the answers from now on. */
  answer: (request: ReceivedRequest) => { status: number; json: unknown };
}

/** Redirects relative addresses of `fetch` to it until it is disposed: a test page has no origin of its own. */
export async function startDeskStandIn(): Promise<DeskStandIn> {
  const standIn: DeskStandIn = {
    requests: [],
    answer: () => ({ status: 404, json: { error: { code: 'notFound', message: 'not in this test' } } }),
    [Symbol.asyncDispose]: async () => {
      globalThis.fetch = realFetch;
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  const server = createServer(async (req, res) => {
    const request = { method: req.method ?? '', path: req.url ?? '', body: await jsonOf(req) };
    standIn.requests.push(request);
    const { status, json } = standIn.answer(request);
    res.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(json));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const realFetch = globalThis.fetch;
  globalThis.fetch = (input, init) => {
    // The page makes its own signals, which this fetch does not accept.
    const { signal: _, ...rest } = init ?? {};
    return realFetch(new URL(String(input), origin), rest);
  };
  return standIn;
}

async function jsonOf(req: IncomingMessage): Promise<unknown> {
  let text = '';
  for await (const chunk of req) text += chunk;
  return text === '' ? null : JSON.parse(text);
}
