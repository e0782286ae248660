/** Announces a new reply to screen readers, politely: it never interrupts them. */
import { VisuallyHidden } from '@vkontakte/vkui';
import { useDesk } from '../desk/DeskContext.tsx';
import { useTranslation } from '../i18n/useTranslation.ts';
import { useStore } from '../ui/useStore.ts';
import { useReplyText } from './useReplyText.ts';

export function LiveRegion() {
  const { t } = useTranslation();
  const reply = useStore(useDesk().latestReply)?.message;
  const text = useReplyText(reply);
  return (
    <VisuallyHidden role="status" aria-live="polite">
      {reply && t('thread.announce', { name: reply.author.name, text })}
    </VisuallyHidden>
  );
}
