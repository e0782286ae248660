/** A company's system that receives status notices: keeps each post, and answers as the test wants. */
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { StatusNotice } from '../../../shared/v1/messages.ts';

export interface Received {
  path: string;
  headers: IncomingHttpHeaders;
  text: string;
  notice: StatusNotice;
}

export interface Receiver extends AsyncDisposable {
  url: string;
  received: Received[];
  answer(post: Received, res: ServerResponse): void;
}

export async function openReceiver(): Promise<Receiver> {
  const server = createServer((req, res) => {
    const chunks: Buffer[] = [];
    req.on('data', (chunk: Buffer) => chunks.push(chunk));
    req.on('end', () => {
      const text = Buffer.concat(chunks).toString('utf8');
      const post = {
        path: req.url ?? '',
        headers: req.headers,
        text,
        notice: JSON.parse(text) as StatusNotice,
      };
      receiver.received.push(post);
      receiver.answer(post, res);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const receiver: Receiver = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received: [],
    answer: (_post, res) => res.writeHead(204).end(),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return receiver;
}
