/** Actions on a conversation. The change comes back as an event, as for every other tab. */

import type { StatusChange } from '../../shared/schemas/conversation.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import { useNotices } from '../ui/notices.ts';
import { useErrorMessages } from '../ui/useErrorMessages.ts';
import { call } from './call.ts';

export interface ConversationActions {
  assign(personId: string | null): void;
  setStatus(change: StatusChange): void;
  setLabels(labels: string[]): void;
}

export function useConversationActions(conversationId: string): ConversationActions {
  const { t } = useTranslation();
  const notices = useNotices();
  const messageOf = useErrorMessages();
  const params = { conversationId };
  const reportFailure = (work: Promise<unknown>) => {
    work.catch((error: unknown) => notices.show(t('actions.failed', { reason: messageOf(error) })));
  };
  return {
    assign: (personId) => reportFailure(call('assign', { params, body: { personId } })),
    setStatus: (change) => reportFailure(call('setStatus', { params, body: change })),
    setLabels: (labels) => reportFailure(call('setLabels', { params, body: { labels } })),
  };
}
