/** Sends one message by hand, once: a retry with the same values after a lost response sends no second message. */
import { useRef, useState } from 'react';
import { handMessageEndpoints } from '../../shared/handMessagesApi.ts';
import type { HandMessage } from '../../shared/schemas/handMessage.ts';
import { callsOf } from '../desk/call.ts';
import { newClientToken } from '../desk/clientToken.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import { momentNear } from '../ui/formatTime.ts';
import { useErrorMessages } from '../ui/useErrorMessages.ts';
import { useLocale } from '../ui/useLocale.ts';

const call = callsOf(handMessageEndpoints);

export type HandContent = Omit<HandMessage, 'clientToken'>;

export function useSendTemplate(clientId: string) {
  const { t, language } = useTranslation();
  const locale = useLocale();
  const messageOf = useErrorMessages();
  const [isSending, setSending] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const underWay = useRef(false);
  const lastRequest = useRef({ content: '', clientToken: '' });

  /** True when the server accepted it. A second click during the request does nothing. */
  async function send(content: HandContent): Promise<boolean> {
    if (underWay.current) return false;
    underWay.current = true;
    setSending(true);
    setProblem(null);
    const key = JSON.stringify(content);
    if (lastRequest.current.content !== key)
      lastRequest.current = { content: key, clientToken: newClientToken() };
    try {
      const answer = await call('sendByHand', {
        params: { clientId },
        body: { ...content, clientToken: lastRequest.current.clientToken },
      });
      if (answer.outcome === 'accepted') return true;
      if (answer.outcome === 'noPhone') setProblem(t('byHand.noPhone'));
      else {
        const { code, details, message } = answer.error;
        const retryAt = details?.retryAt;
        setProblem(
          code === 'quotaSpent' && typeof retryAt === 'string'
            ? t('byHand.quotaSpent', { at: momentNear(retryAt, new Date(), locale) })
            : message[language],
        );
      }
      return false;
    } catch (error) {
      setProblem(messageOf(error));
      return false;
    } finally {
      underWay.current = false;
      setSending(false);
    }
  }
  return { isSending, problem, send };
}
