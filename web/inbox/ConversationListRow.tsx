/** One conversation of the list: the client, the last message, the waiting time, the assignee. */
import { Link } from '@tanstack/react-router';
import { Icon12ErrorCircle, Icon16User } from '@vkontakte/icons';
import { VisuallyHidden } from '@vkontakte/vkui';
import { type KeyboardEvent, memo, type SyntheticEvent } from 'react';
import type { ConversationRow } from '../../shared/schemas/conversation.ts';
import { useDeskData } from '../desk/useDeskData.ts';
import type { WorkingTime } from '../desk/useWorkingTime.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import { Face } from '../ui/Face.tsx';
import { fullTime, listTime, momentNear } from '../ui/formatTime.ts';
import { initials } from '../ui/initials.ts';
import { NetworkBadge } from '../ui/NetworkBadge.tsx';
import { useLocale } from '../ui/useLocale.ts';
import styles from './ConversationListRow.module.css';
import { countLabel } from './countLabel.ts';
import { useExcerpt } from './useExcerpt.ts';
import { WaitingMark } from './WaitingMark.tsx';

export interface ConversationListRowProps {
  conversation: ConversationRow;
  index: number;
  isShown: boolean;
  isInTabOrder: boolean;
  /** What this person has not read of it. */
  unreadCount: number;
  /** What this person could not send in it. */
  unsentText: string | null;
  /** What this person has begun to write in it; null in the opened conversation, where the field shows it. */
  draftText: string | null;
  workingTime: WorkingTime | null;
  now: Date;
  /** Null while the list is not for selecting. */
  isSelected: boolean | null;
  onToggle: (conversationId: string) => void;
  onFocusRow: (conversationId: string) => void;
}

export const ConversationListRow = memo(function ConversationListRow(props: ConversationListRowProps) {
  const {
    conversation,
    index,
    isShown,
    isInTabOrder,
    unreadCount,
    unsentText,
    draftText,
    workingTime,
    now,
    onFocusRow,
  } = props;
  const { isSelected, onToggle } = props;
  const isSelecting = isSelected !== null;
  const toggle = (event: SyntheticEvent) => {
    event.preventDefault();
    onToggle(conversation.id);
  };
  const { t } = useTranslation();
  const locale = useLocale();
  const { communities } = useDeskData();
  const excerpt = useExcerpt(conversation);
  const network = communities.find((community) => community.id === conversation.communityId)?.network ?? 'vk';
  // What could not be sent needs its person more than what is not finished.
  const shownDraft = unsentText === null ? draftText : null;
  const isFailed = unsentText !== null || conversation.lastMessage?.status === 'failed';
  return (
    <Link
      to="/conversations/$conversationId"
      params={{ conversationId: conversation.id }}
      search={true}
      className={styles.row}
      data-conversation-row={conversation.id}
      data-index={index}
      data-unread={unreadCount > 0}
      aria-current={isShown && !isSelecting ? 'page' : undefined}
      {...(isSelecting && {
        role: 'checkbox',
        'aria-checked': isSelected,
        onClick: toggle,
        onKeyDown: (event: KeyboardEvent) => {
          if (event.key === ' ') toggle(event);
        },
      })}
      tabIndex={isInTabOrder ? 0 : -1}
      onFocus={() => onFocusRow(conversation.id)}
    >
      {isSelecting && <span className={styles.check} aria-hidden />}
      <span className={styles.face}>
        <Face
          id={conversation.client.id}
          name={conversation.client.name}
          avatarUrl={conversation.client.avatarUrl}
          sizePx={48}
        />
        <NetworkBadge network={network} />
      </span>
      <span className={styles.lines}>
        <span className={styles.line}>
          <span className={styles.name}>
            <bdi>{conversation.isErased ? t('client.erased') : conversation.client.name}</bdi>
          </span>
          <time
            className={styles.time}
            dateTime={conversation.lastActivityAt}
            title={fullTime(conversation.lastActivityAt, locale)}
          >
            {listTime(conversation.lastActivityAt, now, locale)}
          </time>
        </span>
        <span className={styles.line}>
          <span className={styles.excerpt}>
            {isFailed && shownDraft === null && (
              <>
                <Icon12ErrorCircle className={styles.failed} aria-hidden />
                {unsentText === null && <VisuallyHidden>{t('delivery.failed')}. </VisuallyHidden>}
              </>
            )}
            {unsentText !== null && <span className={styles.unsent}>{t('delivery.failed')}: </span>}
            {shownDraft !== null && <span className={styles.draft}>{t('list.draft')} </span>}
            {unsentText === null && shownDraft === null && excerpt.prefix && (
              <span className={styles.prefix}>{excerpt.prefix} </span>
            )}
            <bdi>{unsentText ?? shownDraft ?? excerpt.text}</bdi>
          </span>
          {unreadCount > 0 && (
            <span className={styles.unread}>
              <span aria-hidden>{countLabel(unreadCount)}</span>
              <VisuallyHidden>{t('list.unread', { count: unreadCount })}</VisuallyHidden>
            </span>
          )}
        </span>
        <RowFacts conversation={conversation} workingTime={workingTime} now={now} />
      </span>
    </Link>
  );
});

function RowFacts({
  conversation,
  workingTime,
  now,
}: Pick<ConversationListRowProps, 'conversation' | 'workingTime' | 'now'>) {
  const { t } = useTranslation();
  const locale = useLocale();
  const { people, communities } = useDeskData();
  const assignee = people.find((person) => person.id === conversation.assigneeId);
  const community = communities.find((other) => other.id === conversation.communityId);
  return (
    <span className={styles.facts}>
      <span className={styles.fitting}>
        <WaitingMark conversation={conversation} workingTime={workingTime} now={now} />
        {conversation.status !== 'open' && (
          <span>
            {conversation.status === 'snoozed' && conversation.snoozedUntil
              ? t('status.snoozedUntil', { time: momentNear(conversation.snoozedUntil, now, locale) })
              : t(`status.${conversation.status}`)}
          </span>
        )}
        {communities.length > 1 && community && <bdi className={styles.cut}>{community.name}</bdi>}
        {conversation.labels.slice(0, 2).map((label) => (
          <bdi key={label} className={styles.label}>
            {label}
          </bdi>
        ))}
      </span>
      {assignee && (
        <span className={styles.assignee} title={t('list.assignedTo', { name: assignee.name })}>
          <Icon16User width={12} height={12} aria-hidden />
          <span aria-hidden>{initials(assignee.name)}</span>
          <VisuallyHidden>{t('list.assignedTo', { name: assignee.name })}</VisuallyHidden>
        </span>
      )}
    </span>
  );
}
