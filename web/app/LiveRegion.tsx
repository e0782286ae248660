/** Announces a new reply to screen readers, politely: it never interrupts them. */
import { VisuallyHidden } from '@vkontakte/vkui';
import { useDesk } from '../desk/DeskContext.tsx';
import { useTranslation } from '../i18n/useTranslation.ts';
import { useStore } from '../ui/useStore.ts';
import { useReplyText } from './useReplyText.ts';

export function LiveRegion() {
  const { t } = useTranslation();
  const latest = useStore(useDesk().latestReply);
  const text = useReplyText(latest?.message);
  return (
    <VisuallyHidden role="status" aria-live="polite">
      {latest && t('thread.announce', { name: latest.conversation.client.name, text })}
    </VisuallyHidden>
  );
}
