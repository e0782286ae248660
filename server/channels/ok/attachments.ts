/**
 * Converts OK's attachments to ours, one table row per type (reference, section 5: `{ type, payload: { url } }`). A
 * type that OK adds later becomes `unknown` and keeps its name.
 */
import { z } from 'zod';
import type { AttachmentKind } from '../../../shared/schemas/message.ts';
import type { StoredAttachment } from '../../conversations/intake/networkEvent.ts';

const MOST_ATTACHMENTS = 50;
const TITLE_CHARS = 300;

const kinds: Record<string, { kind: AttachmentKind; holds: 'file' | 'page' }> = {
  IMAGE: { kind: 'photo', holds: 'file' },
  VIDEO: { kind: 'video', holds: 'page' },
  AUDIO: { kind: 'voice', holds: 'file' },
  FILE: { kind: 'document', holds: 'file' },
  SHARE: { kind: 'link', holds: 'page' },
};

const attachment = z.looseObject({
  type: z.string(),
  payload: z
    .looseObject({
      url: z.string().optional().catch(undefined),
      title: z.string().optional().catch(undefined),
      name: z.string().optional().catch(undefined),
    })
    .catch({}),
});

/** Never throws: an unreadable attachment becomes `unknown`. Keyboards are left out. */
export function readAttachments(list: readonly unknown[]): StoredAttachment[] {
  return list.slice(0, MOST_ATTACHMENTS).flatMap((given): StoredAttachment[] => {
    const read = attachment.safeParse(given);
    if (!read.success) return [{ kind: 'unknown', vendorType: 'unreadable' }];
    const { type, payload } = read.data;
    if (type === 'INLINE_KEYBOARD') return [];
    const known = Object.hasOwn(kinds, type) ? kinds[type] : undefined;
    if (!known) return [{ kind: 'unknown', vendorType: type.slice(0, 64) }];
    const title = (payload.title ?? payload.name)?.slice(0, TITLE_CHARS);
    return [
      {
        kind: known.kind,
        vendorType: type,
        ...(title ? { title } : {}),
        ...address(known.holds, payload.url),
      },
    ];
  });
}

function address(holds: 'file' | 'page', url: string | undefined): Partial<StoredAttachment> {
  if (url === undefined || !URL.canParse(url)) return {};
  const { protocol } = new URL(url);
  if (holds === 'page') return protocol === 'https:' ? { linkUrl: url } : {};
  return protocol === 'https:' || protocol === 'http:' ? { sourceUrl: url } : {};
}
