/**
 * Passes a network's file on to the browser. The source has a limit until its headers, then a limit for each pause;
 * the whole file may take as long as it comes. What fails in passing is 502; only the source's own word is "gone".
 */
import type { Request, Response } from 'express';
import { DeskError } from './errors.ts';
import { sendBody } from './sendBody.ts';
import { answerUnsatisfiable } from './sendStoredFile.ts';
import { conditionOf, rangeOf, tagOf } from './sourceTag.ts';

export interface RelayTimes {
  /** Until the source's headers. */
  headersMs: number;
  /** How long the source may send nothing. A browser that reads slowly is not counted. */
  idleMs: number;
}

const usualTimes: RelayTimes = { headersMs: 20_000, idleMs: 30_000 };
const PASSED_ON = ['content-length', 'content-range', 'accept-ranges'];

/** @param times shorter ones for tests. */
export async function relayFile(
  req: Request,
  res: Response,
  source: URL,
  { headersMs, idleMs }: RelayTimes = usualTimes,
): Promise<void> {
  const abort = new AbortController();
  res.once('close', () => abort.abort(new Error('The browser left')));
  const answer = await ask(source, abort, headersMs, {
    // A part of a compressed body could not be passed on.
    'Accept-Encoding': 'identity',
    ...conditionOf(source, req.get('If-None-Match')),
    ...(req.method === 'GET' && rangeOf(source, { range: req.get('Range'), ifRange: req.get('If-Range') })),
  });
  const { status, headers, body } = answer;
  const tag = tagOf(source, headers);
  if (tag) res.set('ETag', tag);
  if (status !== 200 && status !== 206) {
    await body?.cancel();
    if (status === 304) res.status(304).end();
    else if (status === 416) answerUnsatisfiable(res, headers.get('content-range'));
    else if (status === 404 || status === 410) throw new DeskError('notFound', { message: 'File not found' });
    else throw passing(new Error(`The source answered ${status}`));
    return;
  }
  const type = headers.get('content-type') ?? 'application/octet-stream';
  const isShown = /^(image|audio|video)\//.test(type);
  res.status(status).type(isShown ? type : 'application/octet-stream');
  const isEncoded = headers.get('content-encoding') !== null;
  for (const name of isEncoded ? [] : PASSED_ON) {
    const value = headers.get(name);
    if (value) res.set(name, value);
  }
  await sendBody(res, body ? piecesOf(body, abort, idleMs) : nothing());
}

async function ask(
  source: URL,
  abort: AbortController,
  headersMs: number,
  headers: Record<string, string>,
): Promise<globalThis.Response> {
  const timer = setTimeout(() => abort.abort(new Error(`No answer within ${headersMs} ms`)), headersMs);
  try {
    return await fetch(source, { redirect: 'error', signal: abort.signal, headers });
  } catch (error) {
    throw passing(error);
  } finally {
    clearTimeout(timer);
  }
}

async function* piecesOf(
  body: ReadableStream<Uint8Array>,
  abort: AbortController,
  idleMs: number,
): AsyncGenerator<Uint8Array> {
  const reader = body.getReader();
  try {
    for (;;) {
      const timer = setTimeout(() => abort.abort(new Error(`Nothing came within ${idleMs} ms`)), idleMs);
      const { done, value } = await reader.read().finally(() => clearTimeout(timer));
      if (done) return;
      yield value;
    }
  } catch (error) {
    throw passing(error);
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

async function* nothing(): AsyncGenerator<Uint8Array> {}

function passing(cause: unknown): DeskError {
  return new DeskError('networkUnreachable', { message: 'The network did not return the file', cause });
}
