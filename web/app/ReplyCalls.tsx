/** Notifies the reader of a new reply by a desktop notification and a sound, as their preferences say. */
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { useDesk } from '../desk/DeskContext.tsx';
import { usePreferences } from '../desk/PreferencesContext.tsx';
import { useDeskData } from '../desk/useDeskData.ts';
import { useStore } from '../ui/useStore.ts';
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
    const { message, conversation } = latest;
    // No notification for a reply to another agent's conversation, or while the reader looks at the tab.
    if ((conversation.assigneeId !== null && conversation.assigneeId !== me.id) || isLooking()) return;
    if (sounds) playSignal();
    if (!notifies || !('Notification' in window) || Notification.permission !== 'granted') return;
    const notification = new Notification(message.author.name, { body: text, tag: conversation.id });
    notification.onclick = () => {
      window.focus();
      void navigate({ to: '/conversations/$conversationId', params: { conversationId: conversation.id } });
      notification.close();
    };
  }, [latest, text, me.id, notifies, sounds, navigate]);
  return null;
}

function isLooking(): boolean {
  return document.visibilityState === 'visible' && document.hasFocus();
}
