/** In a queue, the end of the work on one conversation opens the next one. */
import { useNavigate, useRouter } from '@tanstack/react-router';
import type { ConversationRow } from '../../shared/schemas/conversation.ts';
import { isQueue } from '../../shared/schemas/conversation.ts';
import type { Closing } from '../desk/conversationActions.ts';
import { useDesk } from '../desk/DeskContext.tsx';
import type { ListWindow } from '../desk/listWindow.ts';
import { usePreferences } from '../desk/PreferencesContext.tsx';
import { useTranslation } from '../i18n/useTranslation.ts';
import { useNotices } from '../ui/notices.ts';

/**
 * @returns what the person's action calls before it is sent; the result is called once the server has done it. The next
 * conversation is the one that stood behind when the person acted.
 */
export function useOpenNext({ id, client }: Pick<ConversationRow, 'id' | 'client'>) {
  const { t } = useTranslation();
  const { cache } = useDesk();
  const notices = useNotices();
  const navigate = useNavigate();
  const router = useRouter();
  const [{ opensNext }] = usePreferences();
  const open = (conversationId: string | null) => {
    if (conversationId === null) return navigate({ to: '/', search: true });
    return navigate({ to: '/conversations/$conversationId', params: { conversationId }, search: true });
  };
  return (status: Closing['status']) => {
    const list = cache.shownList();
    if (!opensNext || !list) return () => undefined;
    const { filter, waitingOnly } = list.scope;
    if (!isQueue({ filter, waiting: waitingOnly })) return () => undefined;
    const nextId = nextIn(list, id);
    return () => {
      // The person may have gone elsewhere meanwhile.
      if (!router.state.location.pathname.endsWith(id)) return;
      void open(nextId);
      notices.show(t(`actions.done.${status}`, { name: client.name }), 'done', {
        label: t('actions.done.back'),
        run: () => void open(id),
      });
    };
  };
}

/** The row behind this one, at the end of the list the one before it; null when there is no other. */
export function nextIn({ rows }: Pick<ListWindow, 'rows'>, id: string): string | null {
  const at = rows.findIndex((row) => row.id === id);
  const next = at < 0 ? rows[0] : (rows[at + 1] ?? rows[at - 1]);
  return next?.id ?? null;
}
