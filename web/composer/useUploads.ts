/** The tray of one conversation, watched. */
import { useEffect } from 'react';
import { useDeskData } from '../app/useDeskData.ts';
import { useDesk } from '../connection/DeskContext.tsx';
import { useStore } from '../ui/useStore.ts';
import type { Attached, Tray } from './trays.ts';

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
