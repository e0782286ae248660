/**
 * Streams a body into an answer. Until the first piece is there nothing is sent, so that a source that fails at once
 * gets an error answer. A later failure breaks the transfer off, so that no browser takes half a file for a whole one.
 */
import { pipeline } from 'node:stream/promises';
import type { Response } from 'express';

type Piece = Uint8Array | string;

/** False when the reader left before the end. Rejects with the source's error. */
export async function sendBody(res: Response, source: AsyncIterable<Piece>): Promise<boolean> {
  let hasLeft = res.destroyed;
  res.once('close', () => {
    hasLeft = !res.writableFinished;
  });
  const pieces = source[Symbol.asyncIterator]();
  if (res.req.method === 'HEAD') {
    await pieces.return?.();
    res.end();
    return true;
  }

  let failure: { error: unknown } | null = null;
  // A reader that leaves may end the source too; that is no failure of the source.
  const next = () =>
    pieces.next().catch((error: unknown) => {
      if (!hasLeft) failure = { error };
      throw error;
    });
  async function* from(first: IteratorResult<Piece>): AsyncGenerator<Piece> {
    for (let piece = first; !piece.done; piece = await next()) yield piece.value;
  }
  try {
    await pipeline(from(await next()), res);
    return true;
  } catch (error) {
    if (failure !== null) throw (failure as { error: unknown }).error;
    if (hasLeft) return false;
    throw error;
  } finally {
    await pieces.return?.();
  }
}
