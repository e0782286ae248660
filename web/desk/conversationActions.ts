/** Actions on a conversation. The change comes back as an event, as for every other tab. */

import type { StatusChange } from '../../shared/schemas/conversation.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import { failureCodeOf } from '../ui/apiError.ts';
import { useNotices } from '../ui/notices.ts';
import { useErrorMessages } from '../ui/useErrorMessages.ts';
import { call } from './call.ts';
import { useDesk } from './DeskContext.tsx';

/** A status that ends the work for now, without the place that its person has seen. */
export type Closing = WithoutSeen<Exclude<StatusChange, { status: 'open' }>>;
type WithoutSeen<Change> = Change extends unknown ? Omit<Change, 'seenSeq'> : never;

export interface StatusThen {
  onDone?: () => void;
  /** The client has written after what was seen, and the status stays. */
  onNewerReply?: () => void;
}

export interface ConversationActions {
  assign(personId: string | null): void;
  setStatus(change: StatusChange, then?: StatusThen): void;
  setLabels(labels: string[]): void;
}

export function useConversationActions(conversationId: string): ConversationActions {
  const { t } = useTranslation();
  const { connection } = useDesk();
  const notices = useNotices();
  const messageOf = useErrorMessages();
  const params = { conversationId };
  const reportFailure = (work: Promise<unknown>) => {
    work.catch((error: unknown) => notices.show(t('actions.failed', { reason: messageOf(error) })));
  };
  return {
    assign: (personId) => reportFailure(call('assign', { params, body: { personId } })),
    setStatus: (change, { onDone, onNewerReply } = {}) => {
      const work = call('setStatus', { params, body: change });
      reportFailure(
        work.then(onDone, (error: unknown) => {
          if (failureCodeOf(error) !== 'newerReply') throw error;
          notices.show(messageOf(error));
          // Its event may have been lost.
          connection.catchUp();
          onNewerReply?.();
        }),
      );
    },
    setLabels: (labels) => reportFailure(call('setLabels', { params, body: { labels } })),
  };
}
