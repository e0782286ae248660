/** Loads earlier pages of a thread: by itself near the top, or up to a quoted message. */
import { useCallback, useEffect, useRef, useState } from 'react';
import { cacheKeys } from '../desk/cacheKeys.ts';
import { useDesk } from '../desk/DeskContext.tsx';
import { readOlder } from '../desk/readThread.ts';
import type { ThreadState } from '../desk/threadState.ts';

/** A quote may be far back, but a jump must not load a whole history. */
const JUMP_PAGES_MAX = 20;

export function useOlder(conversationId: string, isNearTop: boolean) {
  const desk = useDesk();
  const [state, setState] = useState<'idle' | 'reading' | 'failed'>('idle');
  const isReading = useRef(false);

  const read = useCallback(async (): Promise<boolean> => {
    if (isReading.current) return false;
    isReading.current = true;
    setState('reading');
    try {
      const hasRead = await readOlder(desk, conversationId);
      setState('idle');
      return hasRead;
    } catch {
      setState('failed');
      return false;
    } finally {
      isReading.current = false;
    }
  }, [desk, conversationId]);

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
        if (!(await read())) break;
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
