/** The list's filters: six tabs, three with counts of what waits for an answer; one community or all; waiting only. */
import { useNavigate } from '@tanstack/react-router';
import { Icon16Cancel, Icon20CheckCircleOutline } from '@vkontakte/icons';
import { IconButton, NativeSelect, Switch } from '@vkontakte/vkui';
import { type KeyboardEvent, useRef } from 'react';
import type { ListScope } from '../../shared/conversationLists.ts';
import { type ConversationFilter, conversationFilters } from '../../shared/schemas/conversation.ts';
import { useDesk } from '../desk/DeskContext.tsx';
import { useDeskData } from '../desk/useDeskData.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import { useStore } from '../ui/useStore.ts';
import { countLabel } from './countLabel.ts';
import styles from './ListFilters.module.css';

/** The lists that a switch limits to what waits: all that waits has a filter of its own. */
export const canBeQueue = (filter: ConversationFilter) => filter === 'mine' || filter === 'unassigned';

export interface ListFiltersProps {
  scope: ListScope;
  /** Begins to select conversations; null for people who may not export them. */
  onSelect: (() => void) | null;
}

export function ListFilters({ scope, onSelect }: ListFiltersProps) {
  const { t } = useTranslation();
  const { communities, people } = useDeskData();
  const counts: Partial<Record<ConversationFilter, number>> = useStore(useDesk().queueCounts);
  const navigate = useNavigate();
  const choose = (change: Partial<Omit<ListScope, 'assigneeId'>> & { assigneeId?: string | undefined }) => {
    const next = { ...scope, ...change };
    void navigate({
      to: '.',
      search: {
        // Also the usual one, which depends on the reader's role: the address may go to a colleague.
        filter: next.filter,
        ...(next.communityId ? { community: next.communityId } : {}),
        ...(next.waitingOnly && canBeQueue(next.filter) ? { waiting: true } : {}),
        // These two filters name an assignee themselves.
        ...(next.assigneeId && next.filter !== 'mine' && next.filter !== 'unassigned'
          ? { assignee: next.assigneeId }
          : {}),
      },
    });
  };
  const countOf = (filter: ConversationFilter) => counts[filter] ?? 0;

  return (
    <div className={styles.filters}>
      <FilterGroup chosen={scope.filter} onChoose={(filter) => choose({ filter })} countOf={countOf} />
      <div className={styles.more}>
        {communities.length > 1 && (
          <NativeSelect
            className={styles.community}
            slotProps={{ select: { 'aria-label': t('list.community') } }}
            value={scope.communityId ?? ''}
            onChange={(event) => choose({ communityId: event.target.value || null })}
          >
            <option value="">{t('list.community.all')}</option>
            {communities.map((community) => (
              <option key={community.id} value={community.id}>
                {t('list.community.option', {
                  name: community.name,
                  network: t(`network.${community.network}`),
                })}
              </option>
            ))}
          </NativeSelect>
        )}
        {canBeQueue(scope.filter) && (
          <label className={styles.waiting} htmlFor="list-waiting-only">
            <Switch
              id="list-waiting-only"
              checked={scope.waitingOnly}
              onChange={(event) => choose({ waitingOnly: event.target.checked })}
            />
            {t('list.waitingOnly')}
          </label>
        )}
        {scope.assigneeId !== undefined && (
          <button
            type="button"
            className={styles.assignee}
            title={t('list.assignee.drop')}
            onClick={() => choose({ assigneeId: undefined })}
          >
            <span className={styles.assigneeName}>
              {t('list.assignee', {
                name: people.find(({ id }) => id === scope.assigneeId)?.name ?? scope.assigneeId.slice(-6),
              })}
            </span>
            <Icon16Cancel aria-hidden />
          </button>
        )}
        {onSelect && (
          <IconButton
            className={styles.select}
            label={t('list.select')}
            title={t('list.select')}
            onClick={onSelect}
          >
            <Icon20CheckCircleOutline aria-hidden />
          </IconButton>
        )}
      </div>
    </div>
  );
}

interface FilterGroupProps {
  chosen: ConversationFilter;
  onChoose: (filter: ConversationFilter) => void;
  countOf: (filter: ConversationFilter) => number;
}

/** One choice: arrow keys move it, as in a group of radio buttons. */
function FilterGroup({ chosen, onChoose, countOf }: FilterGroupProps) {
  const { t } = useTranslation();
  const ref = useRef<HTMLDivElement>(null);
  const onKeyDown = (event: KeyboardEvent) => {
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    if (step === 0) return;
    event.preventDefault();
    const total = conversationFilters.length;
    const at = (conversationFilters.indexOf(chosen) + step + total) % total;
    const next = conversationFilters[at];
    if (next) onChoose(next);
    ref.current?.querySelectorAll<HTMLElement>('[role=radio]')[at]?.focus();
  };
  return (
    <div
      ref={ref}
      role="radiogroup"
      aria-label={t('list.filters')}
      className={styles.tabs}
      onKeyDown={onKeyDown}
    >
      {conversationFilters.map((filter) => {
        const count = countOf(filter);
        return (
          // biome-ignore lint/a11y/useSemanticElements: a button drawn as a tab, with a count inside
          <button
            key={filter}
            type="button"
            role="radio"
            aria-checked={filter === chosen}
            tabIndex={filter === chosen ? 0 : -1}
            className={styles.tab}
            onClick={() => onChoose(filter)}
          >
            {t(`list.filter.${filter}`)}
            {count > 0 && <span className={styles.count}>{countLabel(count)}</span>}
          </button>
        );
      })}
    </div>
  );
}
