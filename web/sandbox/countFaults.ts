/** Counts the faults that are switched on, for the number on the button. */
import type { Faults } from '../../shared/sandbox.ts';

export function countFaults(faults: Faults): number {
  return [
    faults.longPollFailed.length > 0,
    faults.loseEvents > 0,
    faults.repeatEvents > 1,
    faults.shuffleEvents !== null,
    faults.splitTransports,
    faults.slowAnswersMs > 0,
    faults.uploadBytesPerSecond !== null,
    faults.networkOff,
    faults.omitRandomId,
    faults.cropMessages,
    faults.tokenInvalid,
    faults.statusRepeats > 1,
    faults.statusReverse,
    faults.statusDelayMs > 0,
    faults.statusExtraWord !== null,
    faults.statusLose > 0,
    ...faults.suppressEvents.map(() => true),
    ...faults.apiErrors.map(() => true),
    ...faults.cuts.map(() => true),
  ].filter(Boolean).length;
}
