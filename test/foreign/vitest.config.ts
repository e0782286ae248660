/**
 * The tests that run against a server that others wrote: those of the store, and those of the rooms that hold data.
 * `scripts/foreignServer.mjs` starts the server and names it in MONGODB_URI. With FOREIGN_FAULTS set, it is the one whose
 * faults `faults.ts` lists, and the tests named there are left out.
 */
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { foreignFaults } from './faults.ts';

const hasFaults = process.env.FOREIGN_FAULTS === '1';

/** The planner's own tests, the folder's and the wire's are about the embedded store alone. */
const storeTests = [
  'aggregate',
  'answers',
  'bulkWrite',
  'byId',
  'indexes',
  'largeReplies',
  'libraries',
  'patterns',
  'queries',
  // SecantusDB refuses little of what MongoDB refuses.
  ...(hasFaults ? [] : ['strict']),
  'updates',
  'writes',
];

const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
/** A server removes old documents once a minute. */
const tooSlow = ['remove only documents past their time'];
const leftOut = [...foreignFaults.flatMap(({ tests }) => tests), ...tooSlow].map(escaped);

export default defineConfig({
  root: fileURLToPath(new URL('../..', import.meta.url)),
  test: {
    include: [
      ...storeTests.map((name) => `test/server/storage/embedded/${name}.test.ts`),
      'test/server/storage/{fileBucket,pageCursor}.test.ts',
      'test/server/storage/migrations/migrateDatabase.test.ts',
      'test/server/conversations/list/*.test.ts',
      'test/server/conversations/thread/!(unknownWrites).test.ts',
      'test/server/conversations/outbox/answerSender.test.ts',
      'test/server/serviceMessages/accepting/{sendByHand,validate}.test.ts',
      'test/server/serviceMessages/statuses/*.test.ts',
      'test/server/{apiKeys,audit,matching,statusWebhooks}/*.test.ts',
      'test/server/companies/limits.test.ts',
      // A real server has fail points only where it was started for tests.
      ...(hasFaults ? ['test/foreign/{failPoints,reproductions}.ts'] : []),
    ],
    ...(hasFaults ? { testNamePattern: new RegExp(`^(?!.*(?:${leftOut.join('|')})$)`) } : {}),
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // The server is one process; more workers only wait for it.
    maxWorkers: 1,
    // A desk of one file sets the program's clock by the database, and another file's tests make up the time.
    isolate: true,
  },
});
