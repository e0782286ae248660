import { expect, it } from 'vitest';
import type { ErasedDialogue } from '../../../../server/conversations/intake/erasedDialogues.ts';
import { isPlainFirstReply } from '../../../../server/conversations/intake/firstReply.ts';
import type { NetworkMessage } from '../../../../server/conversations/intake/networkEvent.ts';

const reply: NetworkMessage = {
  peerId: '2001',
  externalId: '1',
  position: 1,
  direction: 'in',
  authorExternalId: '2001',
  isFromAdministrator: false,
  randomId: null,
  text: 'Здравствуйте',
  attachments: [],
  replyTo: null,
  forwarded: [],
  sentAt: new Date(),
  editedAt: null,
  isBackfilled: false,
};
const quote = { externalId: '7', authorExternalId: '-1', text: 'Заказ готов', attachmentKinds: [] };
const erased = { tailPosition: 7 } as ErasedDialogue;

it.each<[string, boolean, Partial<NetworkMessage>, ErasedDialogue | null]>([
  ['the first message of a dialogue', true, {}, null],
  ['a message of a network that numbers none', true, { position: null }, null],
  ['a message after one that was missed', false, { position: 2 }, null],
  ['the first message after an erasure', true, { position: 8 }, erased],
  ['a message after an erasure and one that was missed', false, { position: 9 }, erased],
  ['a pressed button alone', false, { payload: '{}' }, null],
  ['a tag of the network alone', false, { tag: 'session' }, null],
  ['a quote alone', false, { replyTo: quote }, null],
  ['an answer from the network’s interface', false, { direction: 'out' }, null],
])('%s is stored at once without matching: %s', (_what, isPlain, about, erasedBefore) => {
  expect(isPlainFirstReply({ ...reply, ...about }, erasedBefore)).toBe(isPlain);
});
