import { describe, expect, it } from 'vitest';
import { faults } from '../../../shared/sandbox.ts';
import { countFaults } from '../../../web/sandbox/countFaults.ts';
import { en } from '../../../web/sandbox/labelsEn.ts';
import { ru } from '../../../web/sandbox/labelsRu.ts';
import {
  freshPhone,
  type PhoneAction,
  type PhoneState,
  phoneReducer,
  unreadCmids,
} from '../../../web/sandbox/phoneState.ts';

const message = {
  id: 5,
  conversation_message_id: 3,
  date: 1,
  from_id: -1,
  peer_id: 2,
  out: 1,
  text: 'Готово',
} as const;

function stateAfter(...actions: PhoneAction[]): PhoneState {
  return actions.reduce(phoneReducer, freshPhone);
}

describe('a phone', () => {
  it('keeps messages written without a connection in order, each with the message it replies to', () => {
    const state = stateAfter(
      { type: 'choseReply', message },
      { type: 'queued', text: 'раз', attachments: [] },
      { type: 'queued', text: 'два', attachments: [] },
    );
    expect(state.queue).toEqual([
      { localId: 1, text: 'раз', attachments: [], replyToCmid: 3 },
      { localId: 2, text: 'два', attachments: [] },
    ]);
    expect(phoneReducer(state, { type: 'left', localId: 1 }).queue).toMatchObject([{ text: 'два' }]);
  });

  it('puts the old text into the field to edit it, and drops a started reply', () => {
    const state = stateAfter({ type: 'choseReply', message }, { type: 'choseEdit', message });
    expect(state).toMatchObject({ text: 'Готово', replyTo: null, editing: { id: 5 } });
  });

  it('resets when the author changes, so that a client’s text is never sent as the community’s', () => {
    const state = stateAfter(
      { type: 'typed', text: 'от клиента' },
      { type: 'choseAuthor', writesAs: 'administrator' },
    );
    expect(state).toMatchObject({ text: '', writesAs: 'administrator' });
  });

  it('counts as unread only the community’s messages after the last reading', () => {
    const incoming = { ...message, out: 0, conversation_message_id: 4 } as const;
    expect(unreadCmids([message, incoming, { ...message, conversation_message_id: 5 }], 3)).toEqual([5]);
  });
});

it('counts each fault that is on', () => {
  expect(countFaults(faults.parse({}))).toBe(0);
  const some = {
    networkOff: true,
    suppressEvents: ['message_read'],
    cuts: [{ when: 'after' }],
    repeatEvents: 2,
  };
  expect(countFaults(faults.parse(some))).toBe(4);
});

it('has every text in both languages, with the same values to fill in', () => {
  const slots = (text: string) => (text.match(/\{\{\w+\}\}/g) ?? []).toSorted();
  for (const key of Object.keys(ru) as (keyof typeof ru)[])
    expect(slots(en[key]), key).toEqual(slots(ru[key]));
  expect(Object.keys(en).toSorted()).toEqual(Object.keys(ru).toSorted());
});
