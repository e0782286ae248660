/** What every part of the desk needs: the settings, the store, secrets, the log and metrics. */
import { randomUUID } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import type { PasswordHashing } from '../auth/betterAuth.ts';
import type { CampaignTiming } from '../campaigns/worker.ts';
import type { IntakeWatchTimes } from '../channels/intakeWatch.ts';
import type { OkSessionTimes } from '../channels/ok/session.ts';
import type { SessionTimes } from '../channels/vk/session.ts';
import type { LeaseTimes } from '../communities/lease.ts';
import type { SenderTiming } from '../conversations/outbox/answerSender.ts';
import type { FigureTiming } from '../figures/followThreads.ts';
import { openKeys } from '../keys/keptKeys.ts';
import { holdKey } from '../keys/keyHolders.ts';
import type { Logger } from '../observability/logger.ts';
import { createMetrics, type Metrics } from '../observability/metrics.ts';
import type { ErasingTiming } from '../personalData/erasing.ts';
import type { QueueCountsTiming } from '../realtime/queueCounts.ts';
import type { WallTiming } from '../realtime/walls.ts';
import type { IndexerTiming } from '../search/indexing/indexer.ts';
import type { SendingTimes } from '../serviceMessages/sending/sendingTimes.ts';
import type { ServiceSenderTiming } from '../serviceMessages/sending/serviceSender.ts';
import { keyIdOf, type Sealing } from '../storage/sealing.ts';
import { loadSecrets } from '../storage/secretsFile.ts';
import { type StorageEncryption, watchStorageEncryption } from '../storage/storageEncryption.ts';
import type { TranscriptTiming } from '../transcripts/worker.ts';
import type { Closing } from './closing.ts';
import type { Config } from './config.ts';
import { connectStore, openStore, type Store } from './store.ts';

/** Shorter waits for tests; production uses the defaults. */
export interface DeskTiming {
  lease?: LeaseTimes;
  session?: SessionTimes;
  okSession?: OkSessionTimes;
  intakeWatch?: IntakeWatchTimes;
  /** The waits before a stopped community is tried again; the last one repeats. */
  stopRetryWaitsMs?: readonly number[];
  sender?: Partial<SenderTiming>;
  serviceSender?: Partial<ServiceSenderTiming & SendingTimes> & { followLeaseMs?: number };
  campaigns?: Partial<CampaignTiming>;
  erasing?: Partial<ErasingTiming>;
  indexer?: Partial<IndexerTiming>;
  transcripts?: Partial<TranscriptTiming>;
  figures?: Partial<FigureTiming>;
  wall?: WallTiming;
  queueCounts?: QueueCountsTiming;
  /** How long an expired session may keep its sockets. */
  sessionLookMs?: number;
  /** How much may wait for a tab that does not read: no time, but smaller in tests as well. */
  tabWaitingCharsMax?: number;
  /** No time either: hashing passwords is most of a start. */
  passwordHashing?: PasswordHashing;
}

export interface AppContext {
  config: Config;
  timing: DeskTiming;
  closing: Closing;
  logger: Logger;
  metrics: Metrics;
  store: Store;
  storageEncryption: StorageEncryption;
  sealing: Sealing;
  authSecret: string;
  /** Identifies this process in leases, claims and the relay. */
  processId: string;
}

export async function createContext(
  config: Config,
  {
    logger,
    timing,
    closing,
    onStoreEnded,
  }: Pick<AppContext, 'logger' | 'timing' | 'closing'> & { onStoreEnded?: (() => void) | undefined },
): Promise<AppContext> {
  await mkdir(config.dataDir, { recursive: true, mode: 0o700 });
  const connection = await connectStore(config, { logger, closing, onStoreEnded });
  // Checked before the first secret or document is written.
  const storageEncryption = await watchStorageEncryption({
    ask: (command) => connection.getClient().db('admin').command(command),
    isDeclared: config.isStorageDeclaredEncrypted,
    isRequired: config.requiresEncryptedStorage,
    isForReal: !config.isSandboxOn,
    logger,
  });
  closing.add(() => storageEncryption.stop());
  const secrets = await loadSecrets(config.dataDir, config);
  const store = await openStore(connection, { isShared: config.mongodbUri !== null, logger });
  // An embedded store is open in one process at a time, so the next start has the same owner id: leases left by a
  // crash belong to it, and nothing waits for them to expire.
  const processId = config.mongodbUri ? randomUUID() : 'embedded';
  // Registered before the key is used. A process that drops a key either sees this process, or this process sees that
  // the key is gone.
  const keyId = keyIdOf(secrets.current.sealing);
  const holding = await holdKey({ ...store, logger }, { processId, keyId });
  closing.add(() => holding.stop());
  const { sealing, authSecret } = await openKeys(store, secrets);
  return {
    config,
    timing,
    closing,
    logger,
    metrics: createMetrics(),
    store,
    storageEncryption,
    sealing,
    authSecret,
    processId,
  };
}
