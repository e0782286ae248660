/** How long a waiting client may still wait, or how late the answer is; without a target, how long they have waited. */
import { Icon16ClockOutline } from '@vkontakte/icons';
import { shownDue } from '../../shared/calendar/targets.ts';
import type { ConversationRow } from '../../shared/schemas/conversation.ts';
import type { WorkingTime } from '../desk/useWorkingTime.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import { duration, momentNear } from '../ui/formatTime.ts';
import { useLocale } from '../ui/useLocale.ts';
import styles from './ConversationListRow.module.css';

export interface WaitingMarkProps {
  conversation: Pick<ConversationRow, 'communityId' | 'waitingSince' | 'isCaseAnswered' | 'caseWaitedMs'>;
  workingTime: WorkingTime | null;
  now: Date;
}

export function WaitingMark({ conversation, workingTime, now }: WaitingMarkProps) {
  const { t } = useTranslation();
  const locale = useLocale();
  const { communityId, waitingSince, isCaseAnswered = false, caseWaitedMs: waitedMs = 0 } = conversation;
  if (waitingSince === null) return null;
  const sinceMs = Date.parse(waitingSince);
  const waiting = t('list.waiting', { duration: duration(now.getTime() - sinceMs, locale) });
  const due =
    workingTime &&
    shownDue(
      workingTime.calendar,
      workingTime.targetsOf(communityId),
      { sinceMs, isCaseAnswered, waitedMs },
      now.getTime(),
    );
  const left = due && duration(due.leftMs, locale);
  const title = due
    ? `${t(`list.due.${due.kind}`, { time: momentNear(new Date(due.dueMs).toISOString(), now, locale) })}, ${waiting}`
    : undefined;
  return (
    <span className={styles.waiting} data-due={due?.state} title={title}>
      <Icon16ClockOutline width={12} height={12} aria-hidden />
      {left === null
        ? waiting
        : t(due?.state === 'late' ? 'list.due.late' : 'list.due.left', { duration: left })}
    </span>
  );
}
