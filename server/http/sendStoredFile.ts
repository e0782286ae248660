/**
 * Answers with one of the desk's own stored files: whole, one range of it, or "not modified" (RFC 9110, sections 13
 * and 14). The bytes of an id never change, so the id is the file's strong ETag.
 */
import type { Readable } from 'node:stream';
import type { Request, Response } from 'express';
import { sendBody } from './sendBody.ts';

/** `end` is the first byte that is not sent. */
export interface ByteRange {
  start: number;
  end: number;
}

export interface StoredFileAnswer {
  id: string;
  contentType: string;
  sizeBytes: number;
  open(range?: ByteRange): Readable;
}

export async function sendStoredFile(req: Request, res: Response, file: StoredFileAnswer): Promise<void> {
  const { sizeBytes } = file;
  const etag = `"${file.id}"`;
  res.set({ ETag: etag, 'Accept-Ranges': 'bytes' });
  if (req.fresh) {
    res.status(304).end();
    return;
  }
  const range = rangeOf(req, etag, sizeBytes);
  if (range === 'unsatisfiable') return answerUnsatisfiable(res, `bytes */${sizeBytes}`);
  const { start, end } = range ?? { start: 0, end: sizeBytes };
  res.type(file.contentType).set('Content-Length', String(end - start));
  if (range) res.status(206).set('Content-Range', `bytes ${start}-${end - 1}/${sizeBytes}`);
  await sendBody(res, file.open(range ?? undefined));
}

/** The range asked for is outside of the file. */
export function answerUnsatisfiable(res: Response, contentRange: string | null): void {
  res.removeHeader('ETag');
  res.removeHeader('Content-Disposition');
  res.set('Cache-Control', 'no-store');
  if (contentRange) res.set('Content-Range', contentRange);
  res.status(416).end();
}

/** Null for the whole file: no range, one that cannot be read, several at once, or one of another file (`If-Range`). */
function rangeOf(req: Request, etag: string, sizeBytes: number): ByteRange | 'unsatisfiable' | null {
  const ifRange = req.get('If-Range');
  if (req.method !== 'GET' || (ifRange !== undefined && ifRange !== etag)) return null;
  const ranges = req.range(sizeBytes);
  if (ranges === -1) return 'unsatisfiable';
  if (!Array.isArray(ranges) || ranges.type !== 'bytes' || ranges.length !== 1) return null;
  const [only] = ranges;
  return only ? { start: only.start, end: only.end + 1 } : null;
}
