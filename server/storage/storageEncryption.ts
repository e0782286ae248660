/**
 * Checks whether the storage of names and texts is encrypted at rest; the desk does not encrypt them itself. It
 * checks at start and every few hours, never while a request waits.
 */

import type {
  StorageEncryptionView,
  StorageFinding,
  StorageState,
} from '../../shared/schemas/personalData.ts';
import type { Logger } from '../observability/logger.ts';
import { currentTime } from '../work/clock.ts';
import { startDueLoop } from '../work/dueLoop.ts';
import { type AskStore, lookAtStore } from './lookAtStore.ts';

const LOOK_EVERY_MS = 6 * 3600_000;

/** Encrypted storage is required, and was neither seen nor declared; an operator must act. */
export class StorageNotEncryptedError extends Error {}

export interface StorageEncryptionDeps {
  ask: AskStore;
  /** The operator declares that the storage is encrypted. */
  isDeclared: boolean;
  isRequired: boolean;
  /** Real clients are served, so unencrypted storage is worth a warning. */
  isForReal: boolean;
  logger: Logger;
  lookEveryMs?: number;
}

export interface StorageEncryption {
  /** The result of the last check; does not check again. */
  view(): StorageEncryptionView;
  stop(): Promise<void>;
}

/** @throws StorageNotEncryptedError only at start; a later check only logs a warning. */
export async function watchStorageEncryption({
  ask,
  isDeclared,
  isRequired,
  isForReal,
  logger,
  lookEveryMs = LOOK_EVERY_MS,
}: StorageEncryptionDeps): Promise<StorageEncryption> {
  async function look(before: StorageEncryptionView | null): Promise<StorageEncryptionView> {
    const { found, device } = await lookAtStore(ask);
    const state = stateOf(found, isDeclared);
    const isSafe = state === 'seen' || state === 'declared';
    const description = `${descriptions[found]}${device === null ? '' : ` (device ${device})`}`;
    if (!isSafe && isRequired && before === null)
      throw new StorageNotEncryptedError(
        `REQUIRE_ENCRYPTED_STORAGE: ${description}; it should be encrypted, or STORAGE_ENCRYPTED should be declared`,
      );
    if (before?.state !== state) {
      if (!isSafe && isForReal)
        logger.warn({ state, found, device }, `names and texts may be stored unencrypted: ${description}`);
      else logger.info({ state, found, device }, 'checked whether names and texts are stored encrypted');
    }
    return { state, found, lookedAt: currentTime().toISOString() };
  }

  let latest = await look(null);
  const loop = startDueLoop({
    async look() {
      latest = await look(latest);
    },
    pollMs: lookEveryMs,
    firstLook: 'afterPoll',
    keepsProcessAlive: false,
    logFailure: (error) =>
      logger.warn({ err: error }, 'checking the encryption of the storage failed; it is retried'),
  });
  return { view: () => latest, stop: loop.stop };
}

/**
 * Seen encryption needs no declaration. Otherwise a declaration counts: the desk may not see what is under the disk.
 */
export function stateOf(found: StorageFinding, isDeclared: boolean): StorageState {
  const seen = states[found];
  return isDeclared && seen !== 'seen' ? 'declared' : seen;
}

const states: Record<StorageFinding, Exclude<StorageState, 'declared'>> = {
  cryptDevice: 'seen',
  serverEncrypts: 'seen',
  plainDevice: 'notEncrypted',
  serverDoesNot: 'notEncrypted',
  noDevice: 'notKnown',
  unreadable: 'notKnown',
  serverRefused: 'notKnown',
  serverSilent: 'notKnown',
};

/** For the operator, in the log and in errors. */
const descriptions: Record<StorageFinding, string> = {
  cryptDevice: 'this machine encrypts the disk under the data folder',
  plainDevice: 'this machine does not encrypt the disk under the data folder',
  noDevice: 'the data folder is on no disk that this machine names',
  unreadable: 'this machine does not show which disk is under the data folder',
  serverEncrypts: 'the database server encrypts its files',
  serverDoesNot: 'the database server does not encrypt its files',
  serverRefused: 'the database server refuses to say whether it encrypts its files',
  serverSilent: 'the database server does not report whether its files are encrypted',
};
