/** Runs an operator's command and sets the exit code. An error that tells the operator what to do has no stack. */
import { StoreFolderError } from '../storage/embedded/open.ts';
import { SchemaRefusedError } from '../storage/migrations/schemaRefusedError.ts';
import { SecretsError } from '../storage/secretsFile.ts';
import { ConfigError } from './config.ts';

export async function runCommand(run: () => Promise<number>): Promise<void> {
  try {
    process.exitCode = await run();
  } catch (error) {
    const isPlain =
      error instanceof ConfigError ||
      error instanceof SecretsError ||
      error instanceof StoreFolderError ||
      error instanceof SchemaRefusedError;
    process.stderr.write(`${isPlain ? error.message : ((error as Error).stack ?? error)}\n`);
    process.exitCode = 1;
  }
}
