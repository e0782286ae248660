/** The tray of one conversation, watched. */
import { useEffect } from 'react';
import { useDesk } from '../desk/DeskContext.tsx';
import type { Attached, Tray } from '../desk/pendingAttachments.ts';
import { useDeskData } from '../desk/useDeskData.ts';
import { useStore } from '../ui/useStore.ts';

export interface Uploads extends Tray {
  attached: readonly Attached[];
  isBusy: boolean;
}

export function useUploads(conversationId: string): Uploads {
  const { me } = useDeskData();
  const tray = useDesk().trays.of(me.id, conversationId);
  const attached = useStore(tray.files);
  useEffect(() => tray.expire(Date.now()), [tray]);
  return { ...tray, attached, isBusy: attached.some((one) => one.upload === null && one.failure === null) };
}
