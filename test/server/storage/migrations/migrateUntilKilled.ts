/** A separate process that migrates the given folder and prints a line after each batch; a test kills it. */
import { migrateDatabase } from '../../../../server/storage/migrations/migrateDatabase.ts';
import { migrations } from '../../../../server/storage/migrations/migrations.ts';
import { silent } from '../../../support/store.ts';
import { openFolder } from './openFolder.ts';

const [dataDir = ''] = process.argv.slice(2);
await using folder = await openFolder(dataDir);
await migrateDatabase(folder.db, {
  isShared: false,
  logger: silent,
  migrations: migrations.map((migration) => ({
    ...migration,
    run: (context) =>
      migration.run({
        ...context,
        reportProgress: (documents) => process.stdout.write(`${documents}\n`),
      }),
  })),
});
