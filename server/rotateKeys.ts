/**
 * `npm run rotate-keys`: seals everything under the current key. Where the desk generated the key itself, the command
 * first generates a new one (docs/personal-data.md). It may be interrupted and run again at any time.
 */
import { mkdir } from 'node:fs/promises';
import { createClosing } from './app/closing.ts';
import { readConfig } from './app/config.ts';
import { runCommand } from './app/runCommand.ts';
import { connectStore, openStore } from './app/store.ts';
import { openKeys } from './keys/keptKeys.ts';
import { otherHolders } from './keys/keyHolders.ts';
import { type RotationOutcome, rotateKeys } from './keys/rotateKeys.ts';
import { addNewKey, putFormerKeysAside } from './keys/rotateSecretsFile.ts';
import { createLogger } from './observability/logger.ts';
import { loadSecrets } from './storage/secretsFile.ts';

const print = (line: string) => process.stdout.write(`${line}\n`);
const PRINTED_EVERY_MS = 5_000;

async function run(): Promise<number> {
  const config = readConfig(process.env);
  const closing = createClosing();
  try {
    await mkdir(config.dataDir, { recursive: true, mode: 0o700 });
    const logger = createLogger('warn');
    const connection = await connectStore(config, { logger, closing });
    const store = await openStore(connection, { isShared: config.mongodbUri !== null, logger });
    // Only one process can open an embedded store, so entries of other processes are outdated.
    if (!config.mongodbUri) await store.keyHolders.deleteMany({});
    const isOwnKey = config.secretKey === null;
    if (isOwnKey) {
      await openKeys(store, await loadSecrets(config.dataDir, config));
      const living = await otherHolders(store, null);
      if (living.length > 0) {
        print(
          `The desk runs (${living.length} processes were active within the last minute). Stop it, then run this again.`,
        );
        return 1;
      }
      await addNewKey(config.dataDir);
    }
    let printedAtMs = 0;
    const outcome = await rotateKeys({
      ...store,
      secrets: await loadSecrets(config.dataDir, config),
      leavesUnreadable: process.argv.includes('--leave-unreadable'),
      ...(config.mongodbUri ? {} : { catchUpMs: 0 }),
      onStep: ({ place, pass }) => {
        if (Date.now() - printedAtMs < PRINTED_EVERY_MS) return;
        printedAtMs = Date.now();
        print(`Pass ${pass}: ${place}`);
      },
    });
    for (const line of linesOf(outcome)) print(line);
    if (outcome.kind !== 'done') return 1;
    if (isOwnKey) {
      const aside = await putFormerKeysAside(config.dataDir);
      if (aside)
        print(
          `The former key is in ${aside}: put it where copies of the database are, or destroy it with them.`,
        );
    } else if (config.formerSecretKeys.length > 0) {
      print(
        'SECRET_KEY_PREVIOUS may be emptied now. Keep its key as long as copies of the database made before.',
      );
    }
    return 0;
  } finally {
    await closing.closeAll();
  }
}

function linesOf(outcome: RotationOutcome): string[] {
  switch (outcome.kind) {
    case 'done':
      return [
        `Everything is sealed under key ${outcome.keyId}; ${outcome.resealed} rows were sealed anew.`,
        ...(outcome.retired ? [`Key ${outcome.retired} may not seal any more.`] : []),
      ];
    case 'othersSeal':
      return [
        `SECRET_KEY is key ${outcome.keyId}, but processes that were active within the last minute seal under others:`,
        ...outcome.others.map(({ processId, keyId }) => `  process ${processId}: key ${keyId}`),
        'Start them again with the new SECRET_KEY and the former one in SECRET_KEY_PREVIOUS, then run this again.',
      ];
    case 'unreadable':
      return [
        'Some of what is sealed opens under none of the keys given:',
        ...outcome.found.map(({ where, keyId }) => `  ${where}${keyId ? ` (key ${keyId})` : ''}`),
        ...(outcome.more > 0 ? [`  and ${outcome.more} more`] : []),
        'Add the keys named to SECRET_KEY_PREVIOUS. What is lost for good stays as it is with: npm run rotate-keys -- --leave-unreadable',
      ];
  }
}

await runCommand(run);
