/** A disk that takes no more: every write is refused in a way that callers repeat, and nothing acknowledged is lost. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import mongoose from 'mongoose';
import { expect, it } from 'vitest';
import { openEmbeddedStore } from '../../../../server/storage/embedded/open.ts';
import { silent } from '../../../support/store.ts';

const fill = fileURLToPath(new URL('../../../support/fullDisk.ts', import.meta.url));
/** The file may have so many kilobytes. A larger one is refused by the system, as on a full disk. */
const LIMIT_KB = 22_000;

it('refuses each write as "away", keeps what it acknowledged, and opens again', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'store-full-'));
  try {
    const { stdout } = await promisify(execFile)('bash', [
      '-c',
      `trap '' XFSZ; ulimit -f ${LIMIT_KB}; exec "$0" --import tsx "$1" "$2"`,
      process.execPath,
      fill,
      dataDir,
    ]);
    const { acknowledged, held, refusals } = JSON.parse(stdout);
    expect(acknowledged).toBeGreaterThan(0);
    expect(held).toBe(acknowledged);
    expect(refusals).toEqual([
      { code: 14_031, kind: 'away' },
      { code: 14_031, kind: 'away' },
    ]);

    const store = await openEmbeddedStore({ dataDir, logger: silent });
    const { connection } = await new mongoose.Mongoose().connect(store.uri);
    const rows = connection.collection('rows');
    expect(await rows.countDocuments()).toBe(acknowledged);
    await rows.insertOne({ at: -1 } as never);
    expect(await rows.countDocuments()).toBe(acknowledged + 1);
    await connection.close();
    await store.close();
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
});
