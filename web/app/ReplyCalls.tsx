/** Notifies the reader of a new reply by a desktop notification and a sound, as their preferences say. */
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { useDesk } from '../desk/DeskContext.tsx';
import { usePreferences } from '../desk/PreferencesContext.tsx';
import { useDeskData } from '../desk/useDeskData.ts';
import { useStore } from '../ui/useStore.ts';
import { isLooking, showNotification } from './desktopNotification.ts';
import { playSignal } from './playSignal.ts';
import { useReplyText } from './useReplyText.ts';

export function ReplyCalls() {
  const { me } = useDeskData();
  const [{ notifies, sounds }] = usePreferences();
  const navigate = useNavigate();
  const latest = useStore(useDesk().latestReply);
  const text = useReplyText(latest?.message);
  const called = useRef(latest?.message.id);

  useEffect(() => {
    if (!latest || latest.message.id === called.current) return;
    called.current = latest.message.id;
    const { conversation } = latest;
    // No notification for a reply to another agent's conversation, or while the reader looks at the tab.
    if ((conversation.assigneeId !== null && conversation.assigneeId !== me.id) || isLooking()) return;
    if (sounds) playSignal();
    if (!notifies) return;
    showNotification(conversation.client.name, { body: text, tag: conversation.id }, () => {
      void navigate({ to: '/conversations/$conversationId', params: { conversationId: conversation.id } });
    });
  }, [latest, text, me.id, notifies, sounds, navigate]);
  return null;
}
