/** Uploads a file to OK and returns its token. Safe to repeat: an upload is invisible until a message uses it. */
import { randomBytes } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { pipeline } from 'node:stream/promises';
import type { OutgoingFile } from '../../conversations/outbox/channel.ts';
import { requireSafeAddress } from '../address.ts';
import { isUnconnected } from '../calls.ts';
import { OkCallError } from './call.ts';
import type { OkClient } from './clients.ts';
import { okUploaded, okUploadUrl } from './schema.ts';

/** Enough for 50 MB over a slow connection. */
const UPLOAD_TIMEOUT_MS = 120_000;

export interface UploadedFile {
  type: 'IMAGE' | 'FILE';
  payload: { token: string };
}

export async function uploadFile({ api }: OkClient, file: OutgoingFile): Promise<UploadedFile> {
  const type = file.kind === 'photo' ? 'IMAGE' : 'FILE';
  const { url } = okUploadUrl.parse(await api.get('me/fileUploadUrl', { types: type }));
  const answer = await post(requireSafeAddress(url, "OK's address for uploads"), file);
  const code = (answer as { error_code?: unknown } | null)?.error_code;
  if (code !== undefined) throw new OkCallError('the upload', { kind: 'code', code: Number(code) });
  return { type, payload: { token: okUploaded.parse(answer).token } };
}

/** Sends one multipart field with its length in the header. Streams the bytes instead of loading the file. */
async function post(url: URL, file: OutgoingFile): Promise<unknown> {
  const boundary = `desk-${randomBytes(12).toString('hex')}`;
  const name = file.fileName.replace(/["\r\n\\]/g, '_');
  const head = Buffer.from(
    `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="${name}"\r\n` +
      `Content-Type: ${file.contentType}\r\n\r\n`,
  );
  const tail = Buffer.from(`\r\n--${boundary}--\r\n`);
  const signal = AbortSignal.timeout(UPLOAD_TIMEOUT_MS);
  const outgoing = (url.protocol === 'http:' ? httpRequest : httpsRequest)(url, {
    method: 'POST',
    headers: {
      'content-type': `multipart/form-data; boundary=${boundary}`,
      'content-length': head.length + file.sizeBytes + tail.length,
    },
    signal,
  });
  try {
    const answered = new Promise<unknown>((resolve, reject) => {
      outgoing.once('error', reject);
      outgoing.once('response', (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.once('error', reject);
        response.once('end', () => {
          try {
            resolve(JSON.parse(Buffer.concat(chunks).toString('utf8')));
          } catch (error) {
            reject(error);
          }
        });
      });
    });
    const [answer] = await Promise.all([
      answered,
      pipeline(async function* () {
        yield head;
        yield* file.open();
        yield tail;
      }, outgoing),
    ]);
    return answer;
  } catch (error) {
    throw new OkCallError('the upload', isUnconnected(error) ? { kind: 'notSent' } : { kind: 'lost' });
  }
}
