/** Tells the reader which conversations have come back from a snooze. One notice for all that came together. */
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import type { ConversationRow } from '../../shared/schemas/conversation.ts';
import { useDesk } from '../desk/DeskContext.tsx';
import { usePreferences } from '../desk/PreferencesContext.tsx';
import { useDeskData } from '../desk/useDeskData.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import { useNotices } from '../ui/notices.ts';
import { useStore } from '../ui/useStore.ts';
import { isLooking, showNotification } from './desktopNotification.ts';
import { playSignal } from './playSignal.ts';

/** Snoozes until nine in the morning end one after another. */
const GATHER_MS = 500;

export function WokenCalls() {
  const { t } = useTranslation();
  const { me } = useDeskData();
  const [{ notifies, sounds }] = usePreferences();
  const navigate = useNavigate();
  const notices = useNotices();
  const latest = useStore(useDesk().latestWoken);
  const gathered = useRef<readonly ConversationRow[]>([]);
  const heard = useRef(latest);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);

  const tell = () => {
    const rows = gathered.current;
    gathered.current = [];
    const [first] = rows;
    if (!first) return;
    const text =
      rows.length === 1
        ? t('snooze.ended', { name: first.client.name })
        : t('snooze.endedMany', { count: rows.length });
    notices.show(text, 'done');
    if (isLooking()) return;
    if (sounds) playSignal();
    if (!notifies) return;
    showNotification(t('snooze.title'), { body: text, tag: first.id }, () => {
      const params = { conversationId: first.id };
      void navigate(rows.length === 1 ? { to: '/conversations/$conversationId', params } : { to: '/' });
    });
  };
  const latestTell = useRef(tell);
  useEffect(() => {
    latestTell.current = tell;
  });

  useEffect(() => {
    if (latest === heard.current) return;
    heard.current = latest;
    // As with replies: not about another person's conversation.
    const own = latest.filter(({ assigneeId }) => assigneeId === null || assigneeId === me.id);
    gathered.current = [...gathered.current, ...own];
    clearTimeout(timer.current);
    timer.current = setTimeout(() => latestTell.current(), GATHER_MS);
  }, [latest, me.id]);
  useEffect(() => () => clearTimeout(timer.current), []);
  return null;
}
