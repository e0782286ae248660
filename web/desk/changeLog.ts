/**
 * Records changes that arrive during a read, so that the snapshot plus these changes give the present state.
 * It also reports whether the connection broke during the read: then changes may be missing.
 */
import type { Change } from '../../shared/events.ts';

export interface WhatCameMeanwhile {
  /** Oldest first. */
  changes: readonly Change[];
  mayHaveMissed: boolean;
}

export interface ChangeLog {
  record(changes: readonly Change[]): void;
  connected(): void;
  disconnected(): void;
  /** Starts recording for one read; the returned function ends it. */
  startReading(): () => WhatCameMeanwhile;
}

export function createChangeLog(): ChangeLog {
  const readings = new Set<{ changes: Change[]; mayHaveMissed: boolean }>();
  let isConnected = false;
  return {
    record: (changes) => {
      for (const reading of readings) reading.changes.push(...changes);
    },
    connected: () => {
      isConnected = true;
    },
    disconnected: () => {
      isConnected = false;
      for (const reading of readings) reading.mayHaveMissed = true;
    },
    startReading: () => {
      const reading = { changes: [] as Change[], mayHaveMissed: !isConnected };
      readings.add(reading);
      return () => {
        readings.delete(reading);
        return reading;
      };
    },
  };
}
