/**
 * Uploads a file to OK and returns its token (apiok.ru, "graph.user.fileUploadUrl"). Safe to repeat: an upload is
 * invisible until a message uses it.
 */
import type { OutgoingFile } from '../../conversations/outbox/channel.ts';
import { CallError, type CallOptions } from '../calls.ts';
import { type Answer, jsonOf } from '../request.ts';
import { uploadFile } from '../uploadFile.ts';
import { failureOf, OkCallError, refusalIn } from './call.ts';
import type { OkClient } from './clients.ts';
import { okUploadedImage, okUploadUrl } from './schema.ts';

export interface UploadedFile {
  type: 'IMAGE' | 'FILE';
  payload: { token: string };
}

export async function upload(
  { api }: OkClient,
  file: OutgoingFile,
  options: CallOptions,
): Promise<UploadedFile> {
  const type = file.kind === 'photo' ? 'IMAGE' : 'FILE';
  const { url, token } = okUploadUrl.parse(await api.get('me/fileUploadUrl', { type }, options));
  const answer = await post(url, file, options.signal);
  if (type === 'FILE' && token !== undefined && answer.text === '') return { type, payload: { token } };
  const answered = jsonOf(answer);
  const refusal = refusalIn(answered);
  if (refusal) throw new OkCallError('the upload', refusal);
  if (type === 'FILE' && token !== undefined) return { type, payload: { token } };
  const [image] = Object.values(okUploadedImage.parse(answered).photos);
  if (!image) throw new OkCallError('the upload', { kind: 'lost' });
  return { type, payload: { token: image.token } };
}

async function post(address: string, file: OutgoingFile, signal: AbortSignal | undefined): Promise<Answer> {
  const what = "OK's address for uploads";
  try {
    const answer = await uploadFile({ address, what, field: 'file', file, signal });
    if (answer.status >= 500) throw new CallError('lost', new Error(`HTTP ${answer.status}`));
    return answer;
  } catch (error) {
    throw new OkCallError('the upload', failureOf(error), error);
  }
}
