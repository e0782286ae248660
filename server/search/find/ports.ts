/** What a search needs, and what it is asked. */
import type { Model, QueryFilter, Types } from 'mongoose';
import type { MessageKind } from '../../../shared/schemas/message.ts';
import type { AnsweredFilter, SearchOrder } from '../../../shared/schemas/search.ts';
import type { Conversation } from '../../conversations/conversation.model.ts';
import type { Message } from '../../conversations/message.model.ts';
import type { Sealing } from '../../storage/sealing.ts';
import type { SearchState } from '../searchState.model.ts';
import type { SegmentList } from '../segments/segmentList.ts';
import type { SegmentReader } from '../segments/segmentReader.ts';
import type { Query } from './parseQuery.ts';
import type { SearchPlace } from './searchPlace.ts';

export interface SearchDeps {
  companyId: Types.ObjectId;
  segmentList: SegmentList;
  searchStates: Model<SearchState>;
  reader: SegmentReader;
  conversations: Model<Conversation>;
  messages: Model<Message>;
  sealing: Pick<Sealing, 'blindIndex'>;
}

/** Reads a text as the index in use understands it. */
export type ReadQuery = (text: string) => Query;

export interface SearchRequest {
  text: string;
  /** The communities that the person may see, and has not filtered out; null for all. */
  communityIds: readonly string[] | null;
  /** Null for all kinds that the index holds. */
  kinds: readonly MessageKind[] | null;
  /** The person who wrote the message; with `answered`, the one who answered it. */
  personId: string | null;
  /** Absent, as `clientId` is, in searches that an earlier version has stored. */
  answered?: AnsweredFilter | null;
  /** Only the conversations of this client. */
  clientId?: string | null;
  hasFile: boolean;
  conversation: QueryFilter<Conversation> | null;
  from: Date | null;
  before: Date | null;
  order: SearchOrder;
  after: SearchPlace | null;
  limit: number;
}

/** A search against one index. */
export interface IndexRequest extends SearchRequest {
  /** Those of the client that the person may see; null for all conversations. */
  conversationIds: readonly string[] | null;
  /** Whether the index holds how replies were answered. Without it, all replies are checked. */
  hasAnswers: boolean;
}
