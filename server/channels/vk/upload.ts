/** Uploads a file to VK. Safe to repeat: an upload is invisible until a message uses it. */
import { APIError, APIErrorCode } from 'vk-io';
import { z } from 'zod';
import type { OutgoingFile } from '../../conversations/outbox/channel.ts';
import type { CallOptions } from '../calls.ts';
import { jsonOf } from '../request.ts';
import { uploadFile } from '../uploadFile.ts';
import { reading, type VkCalls } from './clients.ts';

const attachment = z.looseObject({
  owner_id: z.number().int(),
  id: z.number().int(),
  access_key: z.string().optional(),
});
const uploadedPhoto = z.looseObject({ photo: z.string(), server: z.number(), hash: z.string() });
const uploadedDocument = z.looseObject({ file: z.string() });
const savedPhotos = z.array(attachment).min(1);
const savedDocument = z.looseObject({ doc: attachment });

/** Returns `photo-1_2_key` or `doc-1_2_key` for messages.send. Streams the bytes instead of loading the file. */
export async function upload(
  client: VkCalls,
  peerId: string,
  file: OutgoingFile,
  options: CallOptions,
): Promise<string> {
  const api = client.api(options);
  const peer_id = Number(peerId);
  const isPhoto = file.kind === 'photo';
  const { upload_url: address } = await reading<{ upload_url: string }>(() =>
    isPhoto
      ? api.photos.getMessagesUploadServer({ peer_id })
      : api.docs.getMessagesUploadServer({ type: 'doc', peer_id }),
  );
  const answer = await uploadFile({
    address,
    what: "VK's address for uploads",
    field: isPhoto ? 'photo' : 'file',
    file,
    signal: options.signal,
  });
  const uploaded = jsonOf(answer);
  if (isPhoto) {
    const saved: unknown = await api.photos.saveMessagesPhoto(accepted(uploadedPhoto, uploaded));
    return named('photo', savedPhotos.parse(saved)[0]!);
  }
  const { file: name } = accepted(uploadedDocument, uploaded);
  const saved: unknown = await api.docs.save({ file: name, title: file.fileName });
  return named('doc', savedDocument.parse(saved).doc);
}

/** The server for uploads refuses a file in words; for the desk that is a bad parameter. */
function accepted<T>(schema: z.ZodType<T>, uploaded: unknown): T {
  const read = schema.safeParse(uploaded);
  if (read.success) return read.data;
  throw new APIError({
    error_code: APIErrorCode.PARAM,
    error_msg: 'The server for uploads did not accept the file',
    request_params: [],
  } as never);
}

function named(type: 'photo' | 'doc', { owner_id, id, access_key }: z.output<typeof attachment>): string {
  return `${type}${owner_id}_${id}${access_key ? `_${access_key}` : ''}`;
}
