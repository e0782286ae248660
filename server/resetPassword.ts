/**
 * `npm run reset-password -- EMAIL`: gives a person a new password, for the last administrator who has forgotten
 * theirs. Prints it once; the person must change it at the next sign-in.
 */
import { randomUUID } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { createClosing } from './app/closing.ts';
import { ConfigError, readConfig } from './app/config.ts';
import { connectStore, openStore } from './app/store.ts';
import { DESK_NAME } from './audit/actor.ts';
import { createAudit } from './audit/audit.ts';
import { makePassword } from './auth/makePassword.ts';
import { openAuth } from './auth/openAuth.ts';
import { openKeys } from './keys/keptKeys.ts';
import { createLogger } from './observability/logger.ts';
import { createMetrics } from './observability/metrics.ts';
import { StoreFolderError } from './storage/embedded/open.ts';
import { SchemaRefusedError } from './storage/migrations/schemaRefusedError.ts';
import { loadSecrets, SecretsError } from './storage/secretsFile.ts';
import { currentTime } from './work/clock.ts';

const print = (line: string) => process.stdout.write(`${line}\n`);

async function run(email: string | undefined): Promise<number> {
  if (!email) {
    print('Name the person: npm run reset-password -- EMAIL');
    return 1;
  }
  const config = readConfig(process.env);
  const closing = createClosing();
  try {
    await mkdir(config.dataDir, { recursive: true, mode: 0o700 });
    const logger = createLogger('warn');
    const connection = await connectStore(config, { logger, closing });
    const store = await openStore(connection, { isShared: config.mongodbUri !== null, logger });
    const { authSecret } = await openKeys(store, await loadSecrets(config.dataDir, config));
    const auth = await openAuth({
      connection,
      publicUrl: config.publicUrl,
      authSecret,
      logger,
      metrics: createMetrics({ withProcess: false }),
      // No tab is connected here. Other processes ask the store for a session within seconds.
      publish: () => undefined,
      onRevoked: () => undefined,
    });
    const person = await auth.people.findByEmail(email);
    if (!person) {
      print(`Nobody signs in as ${email}.`);
      return 1;
    }
    const password = makePassword();
    const changed = await auth.people.changePerson(person.id, { password });
    if (changed.kind !== 'changed') throw new Error(`The password was not changed: ${changed.kind}`);
    await createAudit(store.auditLines).append({
      _id: `person:${person.id}:${randomUUID()}`,
      companyId: store.companyId,
      at: currentTime(),
      personId: null,
      personName: DESK_NAME,
      action: 'person.passwordReset',
      subject: { kind: 'person', id: person.id, name: person.name },
      details: {},
    });
    print(`The new password of ${person.email}, to be changed at the next sign-in: ${password}`);
    if (!person.isActive) print('This person is switched off: an administrator must switch them on.');
    return 0;
  } finally {
    await closing.closeAll();
  }
}

try {
  process.exitCode = await run(process.argv[2]);
} catch (error) {
  const isPlain =
    error instanceof ConfigError ||
    error instanceof SecretsError ||
    error instanceof StoreFolderError ||
    error instanceof SchemaRefusedError;
  process.stderr.write(`${isPlain ? error.message : ((error as Error).stack ?? error)}\n`);
  process.exitCode = 1;
}
