/**
 * `npm run reset-password -- EMAIL`: gives a person a new password, for the last administrator who has forgotten
 * theirs. Prints it once; the person must change it at the next sign-in.
 */
import { mkdir } from 'node:fs/promises';
import { createClosing } from './app/closing.ts';
import { readConfig } from './app/config.ts';
import { runCommand } from './app/runCommand.ts';
import { connectStore, openStore } from './app/store.ts';
import { createAudited } from './audit/audited.ts';
import { makePassword } from './auth/makePassword.ts';
import { openAuth } from './auth/openAuth.ts';
import { createAuditedChange } from './http/auditedChange.ts';
import { personSubject } from './http/personAudit.ts';
import { openKeys } from './keys/keptKeys.ts';
import { createLogger } from './observability/logger.ts';
import { createMetrics } from './observability/metrics.ts';
import { loadSecrets } from './storage/secretsFile.ts';

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
      beforeSession: async () => {
        throw new Error('Nobody signs in here');
      },
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
    const auditedChange = createAuditedChange(store.companyId, createAudited(store));
    const line = {
      actor: null,
      action: 'person.passwordReset' as const,
      subject: personSubject(person),
      details: {},
    };
    await auditedChange([line], async (write) => {
      const changed = await auth.people.changePerson(person.id, { password });
      if (changed.kind !== 'changed') throw new Error(`The password was not changed: ${changed.kind}`);
      await write(line);
    });
    print(`The new password of ${person.email}, to be changed at the next sign-in: ${password}`);
    if (!person.isActive) print('This person is switched off: an administrator must switch them on.');
    return 0;
  } finally {
    await closing.closeAll();
  }
}

await runCommand(() => run(process.argv[2]));
