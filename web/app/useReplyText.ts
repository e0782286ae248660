/** A reply in a few words, for screen readers and notifications. */

import type { MessageView } from '../../shared/schemas/message.ts';
import { useTranslation } from '../i18n/useTranslation.ts';

const EXCERPT_CHARS = 120;

export function useReplyText(reply: MessageView | undefined): string {
  const { t } = useTranslation();
  const kind = reply?.attachments[0]?.kind;
  return reply?.text.slice(0, EXCERPT_CHARS) || (kind ? t(`attachment.${kind}`) : '');
}
