/** Dead letters in memory, for tests of channels without a store. */
import type { DeadLetters, NewDeadLetter } from '../../../server/deadLetters/deadLetters.ts';

export interface RecordingLetters extends DeadLetters {
  kept: NewDeadLetter[];
}

export function recordingLetters(): RecordingLetters {
  const kept: NewDeadLetter[] = [];
  const find = (identity: string) => kept.find((letter) => letter.identity === identity);
  return {
    kept,
    isKept: async (_community, identity) => find(identity) !== undefined,
    async keep(_community, letter) {
      if (find(letter.identity)) return 'known';
      kept.push(letter);
      return 'new';
    },
  };
}

export const noWatch = {
  begin: () => ({ progress: () => undefined, end: () => undefined }),
  failed: () => undefined,
  succeeded: () => undefined,
  stop: async () => undefined,
};
