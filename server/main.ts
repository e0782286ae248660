/** Starts the desk from the environment, prints its address, and closes it on a signal. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ConfigError, readConfig } from './app/config.ts';
import { type Desk, startDesk } from './app/createServer.ts';
import { killProcess } from './observability/killProcess.ts';
import { createLogger } from './observability/logger.ts';
import { StoreTooOldError } from './storage/database.ts';
import { StoreFolderError } from './storage/embedded/open.ts';
import { SchemaRefusedError } from './storage/migrations/schemaRefusedError.ts';
import { SecretsError } from './storage/secretsFile.ts';
import { StorageNotEncryptedError } from './storage/storageEncryption.ts';

const CLOSE_WITHIN_MS = 10_000;

function say(lines: string[]): void {
  process.stdout.write(`${lines.join('\n')}\n`);
}

function welcome({ publicUrl, sandbox, firstPeople }: Desk): string[] {
  const lines = ['', `  Desk      ${publicUrl}`];
  if (sandbox) lines.push(`  Sandbox   ${sandbox.url}   (be a client)`);
  lines.push(`  API docs  ${publicUrl}/api/docs`, '');
  if (firstPeople.people.length > 0) {
    lines.push('  Sign in with:');
    for (const { email, password, role } of firstPeople.people) {
      lines.push(`    ${email.padEnd(20)} ${password}   ${role}`);
    }
    lines.push(`  (kept in ${firstPeople.filePath}; remove it once the passwords are changed)`, '');
  }
  return lines;
}

/** The built screens are beside the built program, or under `dist/` when it runs from source. */
function findWebDir(): string | null {
  const candidates = ['../web', '../dist/web'].map((path) => fileURLToPath(new URL(path, import.meta.url)));
  return candidates.find((path) => existsSync(`${path}/index.html`) && existsSync(`${path}/assets`)) ?? null;
}

try {
  const config = readConfig(process.env);
  const logger = createLogger(config.logLevel);
  // Node would print the whole error, and a database error holds documents.
  process.on('uncaughtException', (error) => {
    logger.fatal({ err: error }, 'the program ends: an error was not handled');
    process.exit(1);
  });
  const desk = await startDesk(config, {
    logger,
    webDir: findWebDir(),
    // Without its store the process could only refuse; whatever supervises it starts it again.
    onStoreEnded: killProcess,
  });
  say(welcome(desk));
  const end = (signal: string) => {
    logger.info({ signal }, 'closing');
    setTimeout(() => process.exit(1), CLOSE_WITHIN_MS).unref();
    desk.close().then(
      () => process.exit(0),
      (error: unknown) => {
        logger.error({ err: error }, 'closing failed');
        process.exit(1);
      },
    );
  };
  process.once('SIGTERM', end);
  process.once('SIGINT', end);
} catch (error) {
  const isPlain = error instanceof ConfigError || error instanceof SecretsError || isRefusal(error);
  process.stderr.write(`${isPlain ? (error as Error).message : ((error as Error).stack ?? error)}\n`);
  process.exit(1);
}

/**
 * Errors that an operator can fix, printed without a stack: a used port, a locked folder, unencrypted storage, a
 * wrong version.
 */
function isRefusal(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return (
    error instanceof StoreFolderError ||
    error instanceof StorageNotEncryptedError ||
    error instanceof StoreTooOldError ||
    error instanceof SchemaRefusedError ||
    (error as NodeJS.ErrnoException).code === 'EADDRINUSE'
  );
}
