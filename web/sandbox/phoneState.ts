/** The state of one phone on the page: its screen, its switches, its drafts and queue. No React, no network. */
import type { PhoneMessage } from '../../shared/sandbox.ts';
import type { Attachment } from './controlClient.ts';

export interface QueuedMessage {
  localId: number;
  text: string;
  attachments: Attachment[];
  replyToCmid?: number;
}

export interface PhoneState {
  screen: 'list' | 'chat' | 'notices' | 'ok';
  /** Opening the chat does not mark it as read. */
  hidesReading: boolean;
  writesAs: 'client' | 'administrator';
  replyTo: PhoneMessage | null;
  editing: PhoneMessage | null;
  text: string;
  /** Messages written without a connection, in order; sent when the phone is online again. */
  queue: QueuedMessage[];
  nextLocalId: number;
  failure: string | null;
}

export const freshPhone: PhoneState = {
  screen: 'list',
  hidesReading: false,
  writesAs: 'client',
  replyTo: null,
  editing: null,
  text: '',
  queue: [],
  nextLocalId: 1,
  failure: null,
};

export type PhoneAction =
  | { type: 'opened'; screen?: 'chat' | 'notices' | 'ok' }
  | { type: 'wentBack' }
  | { type: 'toggledReading' }
  | { type: 'typed'; text: string }
  | { type: 'choseReply'; message: PhoneMessage | null }
  | { type: 'choseEdit'; message: PhoneMessage | null }
  | { type: 'choseAuthor'; writesAs: PhoneState['writesAs'] }
  | { type: 'queued'; text: string; attachments: Attachment[] }
  | { type: 'left'; localId: number }
  | { type: 'sent' }
  | { type: 'failed'; failure: string | null };

const emptyComposer = { text: '', replyTo: null, editing: null } as const;

export function phoneReducer(state: PhoneState, action: PhoneAction): PhoneState {
  switch (action.type) {
    case 'opened':
      return { ...state, screen: action.screen ?? 'chat' };
    case 'wentBack':
      return { ...state, screen: 'list' };
    case 'toggledReading':
      return { ...state, hidesReading: !state.hidesReading };
    case 'typed':
      return { ...state, text: action.text };
    case 'choseReply':
      return { ...state, replyTo: action.message, editing: null };
    case 'choseEdit':
      return { ...state, editing: action.message, replyTo: null, text: action.message?.text ?? '' };
    case 'choseAuthor':
      return { ...state, ...emptyComposer, writesAs: action.writesAs };
    case 'queued': {
      const replyToCmid = state.replyTo?.conversation_message_id;
      const message: QueuedMessage = {
        localId: state.nextLocalId,
        text: action.text,
        attachments: action.attachments,
        ...(replyToCmid === undefined ? {} : { replyToCmid }),
      };
      return {
        ...state,
        ...emptyComposer,
        queue: [...state.queue, message],
        nextLocalId: state.nextLocalId + 1,
      };
    }
    case 'left':
      return { ...state, queue: state.queue.filter(({ localId }) => localId !== action.localId) };
    case 'sent':
      return { ...state, ...emptyComposer, failure: null };
    case 'failed':
      return { ...state, failure: action.failure };
  }
}

/** The community's messages that this client has not read. */
export function unreadCmids(messages: readonly PhoneMessage[], outReadCmid: number): number[] {
  return messages
    .filter((message) => message.out === 1 && message.conversation_message_id > outReadCmid)
    .map((message) => message.conversation_message_id);
}
