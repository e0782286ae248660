/** Uploads a file to VK. Safe to repeat: an upload is invisible until a message uses it. */
import type { OutgoingFile } from '../../conversations/outbox/channel.ts';
import { requireSafeAddress } from '../address.ts';
import { reading, type VkClient, withTimeout } from './clients.ts';

/** Enough for 50 MB over a slow connection. */
const UPLOAD_TIMEOUT_MS = 120_000;
/** For the two further calls that save the uploaded file at VK. */
const SAVE_TIMEOUT_MS = 30_000;

/** Returns `photo-1_2_key` or `doc-1_2_key` for messages.send. Streams the bytes instead of loading the file. */
export async function uploadFile({ vk }: VkClient, peerId: string, file: OutgoingFile): Promise<string> {
  const peer_id = Number(peerId);
  const isPhoto = file.kind === 'photo';
  const { upload_url: uploadUrl } = isPhoto
    ? await reading(() => vk.api.photos.getMessagesUploadServer({ peer_id }))
    : await reading(() => vk.api.docs.getMessagesUploadServer({ type: 'doc', peer_id }));
  requireSafeAddress(uploadUrl, "VK's address for uploads");
  const stream = file.open();
  const source = {
    uploadUrl,
    timeout: UPLOAD_TIMEOUT_MS,
    values: [
      {
        value: stream,
        filename: file.fileName,
        contentType: file.contentType,
        contentLength: file.sizeBytes,
      },
    ],
  };
  try {
    const uploading: Promise<unknown> = isPhoto
      ? vk.upload.messagePhoto({ peer_id, source })
      : vk.upload.messageDocument({ peer_id, source, title: file.fileName });
    const uploaded = await withTimeout(uploading, UPLOAD_TIMEOUT_MS + SAVE_TIMEOUT_MS);
    return String(uploaded);
  } finally {
    stream.destroy();
  }
}
