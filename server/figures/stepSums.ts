/** What the parts of a step change in the sums of the hours. */
import type { Types } from 'mongoose';
import type { Conversation } from '../conversations/conversation.model.ts';
import type { CountedThread } from './countThread.ts';
import type { Add, FigureHour, Journal } from './figures.model.ts';
import { addCounts } from './spans.ts';

export type CountedConversation = CountedThread & { conversation: Conversation };

/** The changes of all threads, one for each document of sums; those that cancel out are left out. */
export function sumOf(companyId: Types.ObjectId, counted: readonly CountedConversation[]): Journal['hours'] {
  const byId = new Map<string, Omit<FigureHour, 'step'>>();
  for (const { conversation, adds } of counted)
    for (const add of adds) {
      const _id = hourIdOf(conversation.communityId, add);
      const sum = byId.get(_id) ?? {
        ...add,
        _id,
        companyId,
        communityId: conversation.communityId,
        counts: {},
      };
      byId.set(_id, sum);
      addCounts(sum.counts, add.counts);
    }
  return [...byId.values()].flatMap((sum) => {
    const counts = Object.fromEntries(Object.entries(sum.counts).filter(([, count]) => count !== 0));
    return Object.keys(counts).length === 0 ? [] : [{ ...sum, counts }];
  });
}

function hourIdOf(communityId: Types.ObjectId, { hour, subject, key }: Add): string {
  return `${communityId.toHexString()}.${hour.getTime() / 60_000}.${subject}.${key}`;
}
