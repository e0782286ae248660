/**
 * Posts one file to the address that a network named for it, as one multipart field. The bytes are streamed; the length
 * is known before. An upload may take as long as it makes progress.
 */
import { randomBytes } from 'node:crypto';
import type { OutgoingFile } from '../conversations/outbox/channel.ts';
import { requireSafeAddress } from './address.ts';
import { type Answer, sendRequest } from './request.ts';

/** The system may hold the last MB of a file for a slow network; then the network checks the file and answers. */
const IDLE_MS = 60_000;

export interface FileUpload {
  /** From the network's answer; must be HTTPS, or HTTP on loopback. */
  address: string;
  /** What it is, for the error about an unsafe address. */
  what: string;
  field: string;
  file: OutgoingFile;
  signal?: AbortSignal | undefined;
  idleMs?: number;
}

/** Rejects with `CallError`. Safe to repeat: an upload is invisible until a message uses it. */
export function uploadFile({
  address,
  what,
  field,
  file,
  signal,
  idleMs = IDLE_MS,
}: FileUpload): Promise<Answer> {
  const boundary = `desk-${randomBytes(12).toString('hex')}`;
  const head = Buffer.from(
    `--${boundary}\r\n` +
      `Content-Disposition: form-data; name="${field}"; filename="${quoted(file.fileName)}"\r\n` +
      `Content-Type: ${file.contentType}\r\n\r\n`,
  );
  const tail = Buffer.from(`\r\n--${boundary}--\r\n`);
  return sendRequest(requireSafeAddress(address, what), {
    method: 'POST',
    headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
    body: {
      sizeBytes: head.length + file.sizeBytes + tail.length,
      async *open() {
        yield head;
        yield* file.open();
        yield tail;
      },
    },
    signal,
    idleMs,
  });
}

/** As browsers quote a file's name in a form (HTML, "multipart form data"). */
function quoted(fileName: string): string {
  return fileName.replace(/\r/g, '%0D').replace(/\n/g, '%0A').replace(/"/g, '%22');
}
