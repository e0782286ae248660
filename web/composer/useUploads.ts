/** Subscribes to the pending attachments of one conversation. */
import { useEffect } from 'react';
import { useDesk } from '../desk/DeskContext.tsx';
import type { ConversationAttachments, PendingAttachment } from '../desk/pendingAttachments.ts';
import { useDeskData } from '../desk/useDeskData.ts';
import { useStore } from '../ui/useStore.ts';

export interface Uploads extends ConversationAttachments {
  attached: readonly PendingAttachment[];
  isBusy: boolean;
}

export function useUploads(conversationId: string): Uploads {
  const { me } = useDeskData();
  const attachments = useDesk().attachments.of(me.id, conversationId);
  const attached = useStore(attachments.files);
  useEffect(() => attachments.expire(Date.now()), [attachments]);
  return {
    ...attachments,
    attached,
    isBusy: attached.some((one) => one.upload === null && one.failure === null),
  };
}
