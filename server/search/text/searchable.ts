/** What of a message, and of a client, can be found. The index and the check of a hit read it here alike. */
import type { Conversation } from '../../conversations/conversation.model.ts';
import type { StoredAttachment, StoredForward } from '../../conversations/intake/networkEvent.ts';
import type { Message } from '../../conversations/message.model.ts';
import type { ReplyState } from '../../conversations/thread/answerWalk.ts';
import { answerTerms } from './answerBands.ts';
import { addTerms, attributeTerm } from './terms.ts';

/** A message's own text, and the texts and file names with it. */
export interface SearchableTexts {
  text: string;
  others: string[];
}

const FORWARD_DEPTH_MAX = 5;

export type IndexedMessage = Pick<
  Message,
  | '_id'
  | 'communityId'
  | 'conversationId'
  | 'seq'
  | 'kind'
  | 'personId'
  | 'text'
  | 'attachments'
  | 'forwarded'
  | 'sentAt'
  | 'deletedAt'
  | 'erasedAt'
>;

/** The projection that reads an `IndexedMessage`. */
export const indexedFields = {
  communityId: 1,
  conversationId: 1,
  seq: 1,
  kind: 1,
  personId: 1,
  text: 1,
  attachments: 1,
  forwarded: 1,
  sentAt: 1,
  deletedAt: 1,
  erasedAt: 1,
} as const;

/** System lines and deleted messages have no text of their own. */
export const isSearchable = ({ kind, deletedAt, erasedAt }: IndexedMessage): boolean =>
  kind !== 'system' && !deletedAt && !erasedAt;

export function textsOf({ text, attachments, forwarded }: IndexedMessage): SearchableTexts {
  return { text, others: [...attachments.flatMap(attachmentTexts), ...forwardTexts(forwarded, 0)] };
}

function attachmentTexts({ title, description }: StoredAttachment): string[] {
  return [title, description].filter((text) => text !== undefined && text !== '') as string[];
}

function forwardTexts(forwarded: readonly StoredForward[], depth: number): string[] {
  if (depth >= FORWARD_DEPTH_MAX) return [];
  return forwarded.flatMap((each) => [
    each.text,
    ...each.attachments.flatMap(attachmentTexts),
    ...forwardTexts(each.forwarded, depth + 1),
  ]);
}

/** @param state of a reply: how it was answered. */
export function termsOfMessage(message: IndexedMessage, state?: ReplyState): Set<string> {
  const terms = new Set<string>([
    attributeTerm('kind', message.kind),
    attributeTerm('community', message.communityId.toHexString()),
    attributeTerm('conversation', message.conversationId.toHexString()),
  ]);
  if (message.personId) terms.add(attributeTerm('person', message.personId.toHexString()));
  if (message.attachments.length > 0) terms.add(attributeTerm('file'));
  if (state) for (const term of answerTerms(state)) terms.add(term);
  const { text, others } = textsOf(message);
  addTerms(terms, text);
  for (const other of others) addTerms(terms, other);
  return terms;
}

/** @param tails the keyed ends of the client's phone: see `phoneTails.ts`. */
export function termsOfClient(
  { _id, communityId, clientName }: Pick<Conversation, '_id' | 'communityId' | 'clientName'>,
  tails: readonly string[],
): Set<string> {
  const terms = new Set<string>([
    attributeTerm('kind', 'client'),
    attributeTerm('community', communityId.toHexString()),
    attributeTerm('conversation', _id.toHexString()),
    ...tails,
  ]);
  addTerms(terms, clientName);
  return terms;
}
