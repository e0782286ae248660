/** The last message in one line, prefixed with its author's name when the author is not the client. */

import type { ConversationRow } from '../../shared/schemas/conversation.ts';
import { useDeskData } from '../desk/useDeskData.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import { useSystemLineText } from '../message/useSystemLineText.ts';

export interface Excerpt {
  /** Null when the client wrote it. */
  prefix: string | null;
  text: string;
}

export function useExcerpt(conversation: ConversationRow): Excerpt {
  const { t } = useTranslation();
  const { me, people } = useDeskData();
  const systemLineText = useSystemLineText();
  const last = conversation.lastMessage;
  if (!last) return { prefix: null, text: t('list.noMessages') };
  if (last.systemEvent) {
    // The author is the person who acted; the new assignee is in the conversation itself.
    const assignee = people.find((person) => person.id === conversation.assigneeId)?.name;
    const personName = last.systemEvent === 'assigned' ? assignee : last.authorName;
    const system = { event: last.systemEvent, personName: personName || null, count: null };
    return { prefix: null, text: last.excerpt || systemLineText(system) };
  }
  const kind = last.attachmentKinds[0];
  const text = last.isDeleted
    ? t(last.kind === 'service' ? 'list.withdrawn' : 'message.deleted')
    : last.excerpt || (kind ? t(`attachment.${kind}`) : t('message.empty'));
  if (last.kind === 'note') return { prefix: t('list.note'), text };
  if (last.kind === 'service') return { prefix: t('list.service'), text };
  if (last.kind === 'answer') {
    // A conversation stored by an old version has only a name; its next message corrects it.
    const isMine =
      last.authorPersonId === undefined ? last.authorName === me.name : last.authorPersonId === me.id;
    return { prefix: isMine ? t('list.you') : `${last.authorName}:`, text };
  }
  return { prefix: null, text };
}
