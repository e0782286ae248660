/** Puts a file of ours at VK and names it as messages.send takes it. Safe to repeat: nobody sees what is not sent. */
import type { OutgoingFile } from '../../conversations/outbox/channel.ts';
import { requireSafeAddress } from '../address.ts';
import { reading, type VkClient, withTimeout } from './clients.ts';

/** 50 MB on a slow line. */
const UPLOAD_TIMEOUT_MS = 120_000;
/** VK is told to keep what was uploaded by two more calls. */
const SAVE_TIMEOUT_MS = 30_000;

/** `photo-1_2_key` or `doc-1_2_key`. The bytes are streamed, never held whole. */
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
