/**
 * Whether names and texts rest encrypted, which the desk does not do itself: looked at when it starts and again every
 * few hours, never while somebody waits for it.
 */
import type {
  StorageEncryptionView,
  StorageFinding,
  StorageState,
} from '../../shared/schemas/personalData.ts';
import type { Logger } from '../observability/logger.ts';
import { startDueLoop } from '../work/dueLoop.ts';
import { type AskStore, lookAtStore } from './lookAtStore.ts';

const LOOK_EVERY_MS = 6 * 3600_000;

/** An operator must act: encrypted storage is required, and was neither seen nor declared. */
export class StorageNotEncryptedError extends Error {}

export interface StorageEncryptionDeps {
  ask: AskStore;
  /** Whoever runs the desk says that the storage is encrypted. */
  isDeclared: boolean;
  isRequired: boolean;
  /** Real clients are served: then open storage is worth a warning. */
  isForReal: boolean;
  logger: Logger;
  lookEveryMs?: number;
}

export interface StorageEncryption {
  /** What the last look found; no look is made for it. */
  view(): StorageEncryptionView;
  stop(): Promise<void>;
}

/** @throws StorageNotEncryptedError at the start alone: later it is a warning, and nobody's work ends for it. */
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
    const words = `${wordsOf[found]}${device === null ? '' : ` (device ${device})`}`;
    if (!isSafe && isRequired && before === null)
      throw new StorageNotEncryptedError(
        `REQUIRE_ENCRYPTED_STORAGE: ${words}; it should be encrypted, or STORAGE_ENCRYPTED should be declared`,
      );
    if (before?.state !== state) {
      if (!isSafe && isForReal)
        logger.warn({ state, found, device }, `names and texts may rest unencrypted: ${words}`);
      else logger.info({ state, found, device }, 'looked whether names and texts rest encrypted');
    }
    return { state, found, lookedAt: new Date().toISOString() };
  }

  let latest = await look(null);
  const loop = startDueLoop({
    async look() {
      latest = await look(latest);
    },
    pollMs: lookEveryMs,
    firstLook: 'afterPoll',
    keepsProcessAlive: false,
    logFailure: (error) => logger.warn({ err: error }, 'the storage was not looked at; it is tried again'),
  });
  return { view: () => latest, stop: loop.stop };
}

/** What is seen needs nobody's word; the word stands wherever the desk cannot see, or sees a plain disk over a safe one. */
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

/** For whoever starts the desk. */
const wordsOf: Record<StorageFinding, string> = {
  cryptDevice: 'this machine encrypts the disk under the data folder',
  plainDevice: 'this machine does not encrypt the disk under the data folder',
  noDevice: 'the data folder is on no disk that this machine names',
  unreadable: 'this machine does not tell what disk is under the data folder',
  serverEncrypts: 'the database server encrypts its files',
  serverDoesNot: 'the database server does not encrypt its files',
  serverRefused: 'the database server may not be asked whether it encrypts its files',
  serverSilent: 'the database server does not tell whether its files are encrypted',
};
