/** Copies a data folder of an older program, as `test/samples/` keeps it. */
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { openPromise } from 'yauzl';

export interface DataFolder extends AsyncDisposable {
  path: string;
}

/** @param name a folder of `test/samples/` with a `dataFolder.zip`. */
export async function copyDataFolder(name: string): Promise<DataFolder> {
  const path = await mkdtemp(join(tmpdir(), 'notify-inbox-old-'));
  const file = new URL(`../samples/${name}/dataFolder.zip`, import.meta.url).pathname;
  const zip = await openPromise(file, { autoClose: false });
  try {
    for await (const entry of zip.eachEntry()) {
      // Only the owner may read the secrets.
      const target = createWriteStream(join(path, entry.fileName), { flags: 'wx', mode: 0o600 });
      await pipeline(await zip.openReadStreamPromise(entry), target);
    }
  } finally {
    zip.close();
  }
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}
