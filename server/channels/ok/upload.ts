/**
 * Uploads a file to OK and returns its token (apiok.ru, "graph.user.fileUploadUrl"). Safe to repeat: an upload is
 * invisible until a message uses it.
 */
import type { OutgoingFile } from '../../conversations/outbox/channel.ts';
import type { CallOptions } from '../calls.ts';
import { jsonOf } from '../request.ts';
import { uploadFile } from '../uploadFile.ts';
import { failureOf, OkCallError, refusalIn } from './call.ts';
import type { OkClient } from './clients.ts';
import { okUploaded, okUploadUrl } from './schema.ts';

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
  const { url } = okUploadUrl.parse(await api.get('me/fileUploadUrl', { types: type }, options));
  const answered = await post(url, file, options.signal);
  const refusal = refusalIn(answered);
  if (refusal) throw new OkCallError('the upload', refusal);
  return { type, payload: { token: okUploaded.parse(answered).token } };
}

async function post(address: string, file: OutgoingFile, signal: AbortSignal | undefined): Promise<unknown> {
  const what = "OK's address for uploads";
  try {
    return jsonOf(await uploadFile({ address, what, field: 'file', file, signal }));
  } catch (error) {
    throw new OkCallError('the upload', failureOf(error), error);
  }
}
