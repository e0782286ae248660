/** The loaded rows; only the visible ones are drawn. One row is in the tab order; arrow keys move it. */
import { useVirtualizer } from '@tanstack/react-virtual';
import { Spinner } from '@vkontakte/vkui';
import { useEffect, useRef, useState } from 'react';
import { useDesk } from '../desk/DeskContext.tsx';
import type { ListWindow } from '../desk/listWindow.ts';
import { unreadCountOf } from '../desk/readMarks.ts';
import { useUnsent } from '../desk/sendMessage.ts';
import { useWorkingTime } from '../desk/useWorkingTime.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import { useNotices } from '../ui/notices.ts';
import { useErrorMessages } from '../ui/useErrorMessages.ts';
import { useNow } from '../ui/useLocale.ts';
import { useStore } from '../ui/useStore.ts';
import styles from './ConversationList.module.css';
import { ConversationListRow } from './ConversationListRow.tsx';
import { readMoreOfList } from './readList.ts';
import type { Selection } from './useSelection.ts';

const ROW_PX = 84;
/** The next page is requested when this many rows are left below. */
const ROWS_AHEAD = 8;

export interface ConversationListProps {
  window: ListWindow;
  shownId: string | null;
  selection: Pick<Selection, 'selected' | 'toggle'>;
}

export function ConversationList({ window, shownId, selection }: ConversationListProps) {
  const { t } = useTranslation();
  const scrollRef = useRef<HTMLDivElement>(null);
  const [keyboardId, setKeyboardId] = useState<string | null>(null);
  const now = useNow();
  const workingTime = useWorkingTime();
  const unsent = useUnsent();
  const { readMarks, drafts } = useDesk();
  const knownMarks = useStore(readMarks.known);
  const draftTexts = useStore(drafts.texts);
  const { rows, nextCursor } = window;
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scrollRef.current,
    estimateSize: () => ROW_PX,
    getItemKey: (index) => rows[index]?.id ?? index,
    overscan: 6,
  });
  const items = virtualizer.getVirtualItems();
  const lastDrawn = items.at(-1)?.index ?? 0;
  const { isFailed, readMore } = useMore(window, rows.length - lastDrawn <= ROWS_AHEAD);

  const inTabOrder =
    [keyboardId, shownId].find((id) => rows.some((conversation) => conversation.id === id)) ?? rows[0]?.id;

  return (
    <div ref={scrollRef} className={styles.scroll}>
      {/* biome-ignore lint/a11y/useSemanticElements: rows are placed by hand, a ul cannot be scrolled so */}
      <div
        role="list"
        aria-label={t('list.label')}
        className={styles.rows}
        style={{ height: virtualizer.getTotalSize() }}
      >
        {items.map((item) => {
          const conversation = rows[item.index];
          if (!conversation) return null;
          return (
            // biome-ignore lint/a11y/useSemanticElements: see the list
            <div
              key={item.key}
              role="listitem"
              aria-setsize={nextCursor === null ? rows.length : -1}
              aria-posinset={item.index + 1}
              className={styles.place}
              style={{ transform: `translateY(${item.start}px)`, height: ROW_PX }}
            >
              <ConversationListRow
                conversation={conversation}
                index={item.index}
                isShown={conversation.id === shownId}
                isInTabOrder={conversation.id === inTabOrder}
                unreadCount={unreadCountOf(conversation, knownMarks)}
                unsentText={unsent.get(conversation.id) ?? null}
                draftText={conversation.id === shownId ? null : (draftTexts.get(conversation.id) ?? null)}
                workingTime={workingTime}
                now={now}
                isSelected={selection.selected ? selection.selected.has(conversation.id) : null}
                onToggle={selection.toggle}
                onFocusRow={setKeyboardId}
              />
            </div>
          );
        })}
      </div>
      {nextCursor !== null && (
        <div className={styles.more}>
          {isFailed ? (
            <button type="button" className={styles.moreButton} onClick={readMore}>
              {t('list.more')}
            </button>
          ) : (
            <Spinner size="s">{t('common.loading')}</Spinner>
          )}
        </div>
      )}
    </div>
  );
}

/** Loads the next page by itself near the end; after a failure only on request. */
function useMore(window: ListWindow, isNearEnd: boolean) {
  const desk = useDesk();
  const notices = useNotices();
  const messageOf = useErrorMessages();
  const { t } = useTranslation();
  const [failedCursor, setFailedCursor] = useState<string | null>(null);
  const reading = useRef<string | null>(null);
  const { nextCursor, scope } = window;
  const isFailed = failedCursor !== null && failedCursor === nextCursor;

  const readMore = async () => {
    if (nextCursor === null || reading.current === nextCursor) return;
    reading.current = nextCursor;
    setFailedCursor(null);
    try {
      await readMoreOfList(desk, scope);
    } catch (error) {
      setFailedCursor(nextCursor);
      notices.show(`${t('list.failed')}. ${messageOf(error)}`);
    } finally {
      reading.current = null;
    }
  };

  // biome-ignore lint/correctness/useExhaustiveDependencies: only these three decide whether to read on
  useEffect(() => {
    if (isNearEnd && !isFailed) void readMore();
  }, [isNearEnd, nextCursor, isFailed]);

  return { isFailed, readMore: () => void readMore() };
}
