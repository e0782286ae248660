/** Loads earlier pages of a thread: by itself near the top, or up to a quoted message. */
import { useCallback, useEffect, useRef, useState } from 'react';
import { cacheKeys } from '../desk/cacheKeys.ts';
import { useDesk } from '../desk/DeskContext.tsx';
import { readOlder } from '../desk/readThread.ts';
import type { ThreadState } from '../desk/threadState.ts';

/** A hit of the search may be far back: a jump reads the largest pages, up to 10,000 messages. */
const JUMP_PAGE_MESSAGES = 200;
const JUMP_PAGES_MAX = 50;

export function useOlder(conversationId: string, isNearTop: boolean) {
  const desk = useDesk();
  const [state, setState] = useState<'idle' | 'reading' | 'failed'>('idle');
  const running = useRef<Promise<boolean> | null>(null);

  // A jump that begins while a page is being read goes on with that page.
  const read = useCallback(
    (limit?: number): Promise<boolean> => {
      running.current ??= readOnce().finally(() => {
        running.current = null;
      });
      return running.current;

      async function readOnce(): Promise<boolean> {
        setState('reading');
        try {
          const hasRead = await readOlder(desk, conversationId, limit);
          setState('idle');
          return hasRead;
        } catch {
          setState('failed');
          return false;
        }
      }
    },
    [desk, conversationId],
  );

  useEffect(() => {
    if (isNearTop && state === 'idle') void read();
  }, [isNearTop, state, read]);

  const readUntil = useCallback(
    async (messageId: string): Promise<boolean> => {
      const has = () =>
        desk.queries
          .getQueryData<ThreadState>(cacheKeys.thread(conversationId))
          ?.messages.some((message) => message.id === messageId) ?? false;
      for (let page = 0; page < JUMP_PAGES_MAX && !has(); page += 1) {
        if (!(await read(JUMP_PAGE_MESSAGES))) break;
      }
      return has();
    },
    [desk, conversationId, read],
  );

  return {
    isReading: state === 'reading',
    isFailed: state === 'failed',
    tryAgain: () => void read(),
    readUntil,
  };
}
