/** A folder for the files of one test file. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export function temporaryFolder() {
  let path = '';
  return {
    async make() {
      path = await mkdtemp(join(tmpdir(), 'notify-inbox-transcripts-'));
    },
    path: () => path,
    remove: () => rm(path, { recursive: true, force: true }),
  };
}
