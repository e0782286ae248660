/**
 * One HTTP request that its signal really ends. The connection is made first. Then, in one turn of the event loop, the
 * signal and `mayCall` are looked at and the request is written, so a failure says whether the request went out.
 */
import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { onAbort } from '../work/onAbort.ts';
import { CallError } from './calls.ts';

/** A body that is never in memory as a whole. */
export interface StreamedBody {
  sizeBytes: number;
  open(): Readable | AsyncIterable<Uint8Array>;
}

export interface OutgoingRequest {
  method: 'GET' | 'POST';
  headers?: Record<string, string>;
  /** A function is called in the turn in which the request is written, after `mayCall`. */
  body?: string | StreamedBody | (() => string);
  signal?: AbortSignal | undefined;
  /** See `CallOptions`. */
  mayCall?: (() => boolean) | undefined;
  /**
   * How long the request may make no progress in either direction, once it is written: until the answer begins, and at
   * each pause in it. The whole may take longer, because an answer may be large and the network slow.
   */
  idleMs: number;
}

export interface Answer {
  status: number;
  headers: IncomingMessage['headers'];
  text: string;
}

const CONNECT_MS = 10_000;
/** A page of 200 messages of VK with all their attachments takes a few MB. */
const ANSWER_BYTES_MAX = 32 * 1024 * 1024;
/** An idle connection is closed before its network closes it, so that no request is written into a closing one. */
const KEPT_ALIVE_MS = 10_000;
const agents = {
  http: new HttpAgent({ keepAlive: true, timeout: KEPT_ALIVE_MS }),
  https: new HttpsAgent({ keepAlive: true, timeout: KEPT_ALIVE_MS }),
};

/** Resolves with any answer, whatever its status; follows no redirect. Rejects with `CallError` only. */
export function sendRequest(url: URL, outgoing: OutgoingRequest): Promise<Answer> {
  const { signal, body } = outgoing;
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(new CallError('notSent', signal.reason));
    const isPlain = url.protocol === 'http:';
    const request = (isPlain ? httpRequest : httpsRequest)(url, {
      method: outgoing.method,
      headers: { ...outgoing.headers, ...(typeof body === 'function' ? {} : lengthOf(body)) },
      agent: isPlain ? agents.http : agents.https,
    });
    let isWritten = false;
    let isOver = false;
    const timer = setTimeout(() => fail(new Error(`No connection within ${CONNECT_MS} ms`)), CONNECT_MS);

    function finish(settle: () => void): void {
      if (isOver) return;
      isOver = true;
      clearTimeout(timer);
      forget?.();
      settle();
    }
    const fail = (cause: unknown) =>
      finish(() => {
        request.destroy();
        reject(new CallError(isWritten ? 'lost' : 'notSent', cause));
      });
    const abort = () => fail(signal?.reason);

    function write(): void {
      if (isOver) return;
      clearTimeout(timer);
      if (outgoing.mayCall && !outgoing.mayCall()) {
        fail(new Error('The caller withdrew the call'));
        return;
      }
      isWritten = true;
      request.setTimeout(outgoing.idleMs, () => fail(new Error(`No progress within ${outgoing.idleMs} ms`)));
      if (typeof body === 'object') void pipeline(body.open(), request).catch(fail);
      else if (typeof body === 'function') writeText(body());
      else request.end(body);
    }

    function writeText(text: string): void {
      request.setHeader('content-length', Buffer.byteLength(text));
      request.end(text);
    }

    const forget = signal && onAbort(signal, abort);
    request.on('error', fail);
    request.once('socket', (socket) => {
      if (request.reusedSocket || (isPlain && !socket.connecting)) write();
      else socket.once(isPlain ? 'connect' : 'secureConnect', write);
    });
    request.once('response', (response) => {
      void readText(response).then(
        (text) =>
          finish(() => {
            // An answer before the end of the body is final: the rest is not sent.
            if (!request.writableFinished) request.destroy();
            resolve({ status: response.statusCode ?? 0, headers: response.headers, text });
          }),
        fail,
      );
    });
  });
}

function lengthOf(body: string | StreamedBody | undefined): Record<string, string> {
  if (body === undefined) return {};
  const bytes = typeof body === 'string' ? Buffer.byteLength(body) : body.sizeBytes;
  return { 'content-length': String(bytes) };
}

async function readText(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > ANSWER_BYTES_MAX) throw new Error(`The answer is larger than ${ANSWER_BYTES_MAX} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** Rejects with `CallError('lost')` when the answer is not JSON: a proxy in between may answer so. */
export function jsonOf({ text }: Answer): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new CallError('lost', error);
  }
}
