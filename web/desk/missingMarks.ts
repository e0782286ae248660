/**
 * Asks the server for this person's marks in conversations that entered the list by an event: after several replies
 * without an answer the tab cannot know which of them were read. One question for all that came within a moment.
 */
import { limits } from '../../shared/limits.ts';
import type { ConversationRow } from '../../shared/schemas/conversation.ts';
import { call } from './call.ts';
import type { ChangeLog } from './changeLog.ts';
import type { ReadMarks } from './readMarks.ts';

export interface MissingMarksDeps {
  readMarks: ReadMarks;
  log: ChangeLog;
  /** The rows of the list that is on the screen. */
  shownRows(): readonly ConversationRow[];
  /** Something may have been missed during the question. */
  catchUp(): void;
}

export interface MissingMarks {
  lookSoon(): void;
  stop(): void;
}

const GATHER_MS = 150;

export function createMissingMarks({ readMarks, log, shownRows, catchUp }: MissingMarksDeps): MissingMarks {
  let timer: ReturnType<typeof setTimeout> | undefined;

  const ask = async () => {
    const conversationIds = shownRows()
      .filter(({ replyCount, answeredReplyCount }) => replyCount > answeredReplyCount)
      .filter(({ id }) => !readMarks.known.get().has(id))
      .map(({ id }) => id)
      .slice(0, limits.readMarksPage);
    if (conversationIds.length === 0) return;
    const endReading = log.startReading();
    try {
      const answer = await call('listReadMarks', { body: { conversationIds } });
      readMarks.learn(conversationIds, answer.readMarks);
      if (endReading().mayHaveMissed) catchUp();
    } catch {
      // Not worth an error message: the next change, or the next connection, asks again.
    } finally {
      endReading();
    }
  };

  const lookSoon = () => {
    timer ??= setTimeout(() => {
      timer = undefined;
      void ask();
    }, GATHER_MS);
  };
  return {
    lookSoon,
    stop: () => {
      clearTimeout(timer);
      timer = undefined;
    },
  };
}
