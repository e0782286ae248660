/** The open thread: stays at its end unless the reader scrolls up, and loads earlier pages on scroll. */
import { useLocation } from '@tanstack/react-router';
import { useVirtualizer } from '@tanstack/react-virtual';
import { Icon24ChevronDown } from '@vkontakte/icons';
import { Spinner } from '@vkontakte/vkui';
import { type RefObject, useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import type { MessageView } from '../../shared/schemas/message.ts';
import { useDesk } from '../desk/DeskContext.tsx';
import { usePreferences } from '../desk/PreferencesContext.tsx';
import { unreadCountOf } from '../desk/readMarks.ts';
import type { ThreadState } from '../desk/threadState.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import { useNotices } from '../ui/notices.ts';
import { usePrinting } from '../ui/usePrinting.ts';
import { useStore } from '../ui/useStore.ts';
import styles from './Thread.module.css';
import { ThreadLine } from './ThreadLine.tsx';
import { firstUnreadSeq, type ThreadItem, threadItems } from './threadItems.ts';
import { useMarkRead } from './useMarkRead.ts';
import { useOlder } from './useOlder.ts';
import { useScrollToOwn } from './useScrollToOwn.ts';

const LINE_PX = 64;
/** A shorter distance to the end counts as being there. */
const END_PX = 80;
const FLASH_MS = 1_500;

export interface ThreadProps {
  thread: ThreadState;
  /** Gets the newest place that was on the screen. */
  seenSeq: RefObject<number>;
  /** Shows the first reply after this place, now or when it arrives. */
  unseenAfter: { seq: number } | null;
  onQuote: (message: MessageView) => void;
}

export function Thread({ thread, seenSeq, unseenAfter, onQuote }: ThreadProps) {
  const { t } = useTranslation();
  const desk = useDesk();
  const notices = useNotices();
  const scrollRef = useRef<HTMLElement>(null);
  const conversationId = thread.row.id;
  const [{ showsEvents }] = usePreferences();
  const outbox = useStore(desk.outbox);
  // The unread mark at the time of opening; it stays while the reader reads on.
  const [unreadFromSeq] = useState(() =>
    firstUnreadSeq(thread.messages, unreadCountOf(thread.row, desk.readMarks.known.get())),
  );
  const [flashedId, setFlashedId] = useState<string | null>(null);
  const outgoing = useMemo(
    () => outbox.filter((one) => one.conversationId === conversationId),
    [outbox, conversationId],
  );
  const items = useMemo(
    () => threadItems(thread.messages, outgoing, { hasOlder: thread.hasOlder, unreadFromSeq, showsEvents }),
    [thread.messages, thread.hasOlder, outgoing, unreadFromSeq, showsEvents],
  );

  const virtualizer = useVirtualizer({
    count: items.length,
    getScrollElement: () => scrollRef.current,
    estimateSize: () => LINE_PX,
    getItemKey: (index) => items[index]?.key ?? index,
    overscan: 8,
    anchorTo: 'end',
    followOnAppend: true,
    scrollEndThreshold: END_PX,
    paddingEnd: 8,
  });
  const drawn = virtualizer.getVirtualItems();
  const isAtEnd = virtualizer.isAtEnd(END_PX);

  // biome-ignore lint/correctness/useExhaustiveDependencies: only on opening; later the reader controls the scroll
  useLayoutEffect(() => {
    const mark = items.findIndex((item) => item.kind === 'unread');
    if (mark > 0) virtualizer.scrollToIndex(mark, { align: 'center' });
    else virtualizer.scrollToEnd();
  }, []);

  useStickToEnd(scrollRef, virtualizer.scrollToEnd);
  useScrollToOwn(outgoing, virtualizer.scrollToEnd);

  const older = useOlder(conversationId, thread.hasOlder && (drawn[0]?.index ?? 1) <= 4 && drawn.length > 0);
  // Lines are drawn beyond the visible part, and before the pane has a size none is visible.
  const visible = virtualizer.range;
  const lastVisible = lastMessageSeq(items.slice(0, (visible?.endIndex ?? -1) + 1));
  const lastSeen = visible && isAtEnd ? thread.row.lastSeq : lastVisible;
  useMarkRead(thread.row, lastSeen);
  useEffect(() => {
    seenSeq.current = Math.max(seenSeq.current, lastSeen);
  }, [seenSeq, lastSeen]);
  const newBelow = useNewBelow(thread.messages, isAtEnd);

  const jumpTo = useCallback(
    async (messageId: string) => {
      const isLoaded = await older.readUntil(messageId);
      if (!isLoaded) {
        notices.show(t('thread.jumpLost'));
        return;
      }
      setFlashedId(messageId);
    },
    [older.readUntil, notices, t],
  );
  // A link to one message of the thread, such as a hit of the search.
  const linkedId = useLocation({ select: ({ hash }) => hash });
  // biome-ignore lint/correctness/useExhaustiveDependencies: each link jumps once
  useEffect(() => {
    if (/^[0-9a-f]{24}$/.test(linkedId)) void jumpTo(linkedId);
  }, [linkedId]);
  const shownUnseen = useRef<typeof unseenAfter>(null);
  useEffect(() => {
    if (!unseenAfter || shownUnseen.current === unseenAfter) return;
    const reply = thread.messages.find(({ seq, kind }) => kind === 'reply' && seq > unseenAfter.seq);
    if (!reply) return;
    shownUnseen.current = unseenAfter;
    setFlashedId(reply.id);
  }, [unseenAfter, thread.messages]);
  const flashedIndex = flashedId
    ? items.findIndex((item) => item.kind === 'message' && item.message.id === flashedId)
    : -1;
  // A page that was loaded for the jump is drawn a moment after the jump is requested.
  const isFlashedDrawn = flashedIndex >= 0;
  // biome-ignore lint/correctness/useExhaustiveDependencies: only a new jump scrolls
  useEffect(() => {
    if (!flashedId || !isFlashedDrawn) return;
    virtualizer.scrollToIndex(flashedIndex, { align: 'center' });
    const timer = setTimeout(() => setFlashedId(null), FLASH_MS);
    return () => clearTimeout(timer);
  }, [flashedId, isFlashedDrawn]);

  const isPrinting = usePrinting();

  return (
    <>
      <div className={styles.frame}>
        <section
          ref={scrollRef}
          className={styles.scroll}
          aria-label={t('thread.messages')}
          // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolled region must be reachable by keyboard
          tabIndex={0}
        >
          {older.isReading && (
            <div className={styles.older}>
              <Spinner size="s">{t('thread.older')}</Spinner>
            </div>
          )}
          {older.isFailed && (
            <button type="button" className={styles.olderFailed} onClick={older.tryAgain}>
              {t('thread.olderFailed')}
            </button>
          )}
          <div className={styles.lines} style={{ height: virtualizer.getTotalSize() }}>
            {drawn.map((line) => {
              const item = items[line.index];
              if (!item) return null;
              return (
                <div
                  key={line.key}
                  ref={virtualizer.measureElement}
                  data-index={line.index}
                  className={styles.place}
                  style={{ transform: `translateY(${line.start}px)` }}
                >
                  <ThreadLine
                    item={item}
                    clientName={thread.row.client.name}
                    isFlashed={item.kind === 'message' && item.message.id === flashedId}
                    onQuote={onQuote}
                    onJump={(messageId) => void jumpTo(messageId)}
                  />
                </div>
              );
            })}
          </div>
        </section>
        {!isAtEnd && (
          <button
            type="button"
            className={styles.toEnd}
            aria-label={t('thread.toEnd')}
            onClick={() => virtualizer.scrollToEnd({ behavior: 'smooth' })}
          >
            {newBelow > 0 && <span>{t('thread.newMessages', { count: newBelow })}</span>}
            <Icon24ChevronDown aria-hidden />
          </button>
        )}
      </div>
      {isPrinting && <PrintedThread items={items} clientName={thread.row.client.name} />}
    </>
  );
}

/** Every line that is loaded: the pane above draws only those near the visible part. */
function PrintedThread({ items, clientName }: { items: readonly ThreadItem[]; clientName: string }) {
  return (
    <div className={styles.printed}>
      {items.map((item) => (
        <ThreadLine
          key={item.key}
          item={item}
          clientName={clientName}
          isFlashed={false}
          onQuote={() => undefined}
          onJump={() => undefined}
        />
      ))}
    </div>
  );
}

/** A reader at the end stays there when the pane shrinks: a longer draft, a banner, a phone's keyboard. */
function useStickToEnd(
  scrollRef: RefObject<HTMLElement | null>,
  scrollToEnd: (options?: { behavior?: 'auto' }) => void,
): void {
  useEffect(() => {
    const pane = scrollRef.current;
    if (!pane) return;
    let isAtEnd = true;
    const onScroll = () => {
      isAtEnd = pane.scrollHeight - pane.clientHeight - pane.scrollTop <= END_PX;
    };
    const observer = new ResizeObserver(() => {
      if (isAtEnd) scrollToEnd();
    });
    onScroll();
    pane.addEventListener('scroll', onScroll, { passive: true });
    observer.observe(pane);
    return () => {
      pane.removeEventListener('scroll', onScroll);
      observer.disconnect();
    };
  }, [scrollRef, scrollToEnd]);
}

function lastMessageSeq(items: readonly ThreadItem[]): number {
  const last = items.findLast((item) => item.kind === 'message');
  return last?.kind === 'message' ? last.message.seq : 0;
}

/** A button for replies that came below the visible part. */
function useNewBelow(messages: readonly MessageView[], isAtEnd: boolean): number {
  const seenSeq = useRef(messages.at(-1)?.seq ?? 0);
  if (isAtEnd) seenSeq.current = messages.at(-1)?.seq ?? 0;
  return messages.filter((message) => message.seq > seenSeq.current && message.kind === 'reply').length;
}
