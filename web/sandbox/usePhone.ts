/** One phone's behaviour: what it shows, when it reads, what it sends at once and what waits for a connection. */
import { useEffect, useReducer, useRef } from 'react';
import type { ControlInput, ControlOperation, DialogueSnapshot } from '../../shared/sandbox.ts';
import { type Attachment, callControl } from './controlClient.ts';
import { freshPhone, type PhoneAction, type PhoneState, phoneReducer, unreadCmids } from './phoneState.ts';
import type { SandboxStore } from './sandboxStore.ts';
import { useFrozen } from './useFrozen.ts';
import { usePageVisible } from './usePageVisible.ts';

/** VK shows "typing" for about this long, so sending it more often is useless. */
const typingEveryMs = 5_000;
const administratorId = 100;

export interface PhoneControls {
  state: PhoneState;
  /** Set in the sandbox too: messages of the gateway wait for an offline phone. */
  isOffline: boolean;
  /** What the phone shows: frozen while it has no connection. */
  shown: DialogueSnapshot | undefined;
  unread: number;
  dispatch: (action: PhoneAction) => void;
  act: <Op extends ControlOperation>(operation: Op, input: ControlInput<Op>) => Promise<void>;
  typed: (text: string) => void;
  send: (attachments?: Attachment[]) => Promise<void>;
  sendPlace: () => Promise<void>;
}

export function usePhone(
  store: SandboxStore,
  { groupId, userId, isOffline }: { groupId: number; userId: number; isOffline: boolean },
  snapshot: DialogueSnapshot | undefined,
): PhoneControls {
  const [state, dispatch] = useReducer(phoneReducer, freshPhone);
  const shown = useFrozen(snapshot, isOffline);
  const lastTyped = useRef(0);
  const isVisible = usePageVisible();

  useEffect(() => store.follow(userId), [store, userId]);

  async function act<Op extends ControlOperation>(operation: Op, input: ControlInput<Op>): Promise<void> {
    try {
      await callControl(operation, input);
      dispatch({ type: 'failed', failure: null });
    } catch (error) {
      dispatch({ type: 'failed', failure: error instanceof Error ? error.message : String(error) });
    }
  }

  const unreadIds = shown ? unreadCmids(shown.messages, shown.outReadCmid) : [];
  const isLooking = state.screen === 'chat' && isVisible && !isOffline && !state.hidesReading;
  // Depends on the newest id, not on "is any unread": a message that comes during a read call must be read too.
  const newestToRead = isLooking ? unreadIds.at(-1) : undefined;
  useEffect(() => {
    if (newestToRead !== undefined)
      void callControl('clientReads', { groupId, userId, upToCmid: newestToRead });
  }, [newestToRead, groupId, userId]);

  const first = state.queue[0];
  useEffect(() => {
    if (isOffline || !first) return;
    const { localId, ...message } = first;
    callControl('clientSends', { groupId, userId, ...message })
      .catch((error: unknown) => dispatch({ type: 'failed', failure: String(error) }))
      .finally(() => dispatch({ type: 'left', localId }));
  }, [isOffline, first, groupId, userId]);

  function typed(text: string): void {
    dispatch({ type: 'typed', text });
    const now = Date.now();
    if (isOffline || state.writesAs === 'administrator' || now - lastTyped.current < typingEveryMs) return;
    lastTyped.current = now;
    void callControl('clientTypes', { groupId, userId });
  }

  async function send(attachments: Attachment[] = []): Promise<void> {
    const text = state.text.trim();
    lastTyped.current = 0;
    if (!text && attachments.length === 0) return;
    if (state.writesAs === 'administrator') {
      await act('adminWrites', { groupId, userId, text, adminId: administratorId, attachments });
      dispatch({ type: 'sent' });
      return;
    }
    if (state.editing) {
      await act('clientEdits', { groupId, userId, cmid: state.editing.conversation_message_id, text });
      dispatch({ type: 'sent' });
      return;
    }
    dispatch({ type: 'queued', text, attachments });
  }

  const sendPlace = () =>
    act('clientSends', {
      groupId,
      userId,
      geo: { latitude: 59.9386, longitude: 30.3141 },
    } satisfies ControlInput<'clientSends'>);

  return { state, isOffline, shown, unread: unreadIds.length, dispatch, act, typed, send, sendPlace };
}
