/**
 * Checks that a folder belongs to this store and is complete. All checks come before anything is opened, so a refused
 * folder stays unchanged.
 */
import { mkdir, open, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { dataFileName } from './database.ts';

const markerFileName = 'store.json';
const program = 'notify-inbox embedded store';
const formatVersion = 1;

export class FolderError extends Error {}

interface Marker {
  program: string;
  format: number;
  /** `creating` until the data file has been created; after a crash in between, creation starts again. */
  state: 'creating' | 'ready';
}

export async function prepareFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const marker = await readMarker(folder);
  const dataFile = join(folder, dataFileName);
  const dataBytes = await sizeOf(dataFile);
  if (marker === undefined) {
    if (dataBytes !== undefined) {
      throw new FolderError(
        `${folder} holds a ${dataFileName} that this store did not make (there is no ${markerFileName}); nothing was changed`,
      );
    }
    return writeMarker(folder, 'creating');
  }
  if (marker.state === 'creating') return;
  if (dataBytes === undefined) {
    throw new FolderError(
      `${folder} has a ${markerFileName} but no ${dataFileName}: the data is missing; nothing was changed`,
    );
  }
  await checkDataFile(dataFile, dataBytes);
}

/** Called once the data file has been opened. */
export async function confirmFolder(folder: string): Promise<void> {
  const marker = await readMarker(folder);
  if (marker?.state !== 'ready') await writeMarker(folder, 'ready');
}

async function readMarker(folder: string): Promise<Marker | undefined> {
  const path = join(folder, markerFileName);
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new FolderError(`${path} cannot be read`, { cause: error });
  }
  const marker = parseMarker(text);
  if (marker?.program !== program) {
    throw new FolderError(
      `${path} is not a marker of this store: the folder belongs to another program or is damaged; nothing was changed`,
    );
  }
  if (marker.format !== formatVersion) {
    throw new FolderError(
      `${folder} was written in format ${marker.format}, this version reads format ${formatVersion}; nothing was changed`,
    );
  }
  return marker;
}

function parseMarker(text: string): Marker | undefined {
  try {
    return JSON.parse(text) as Marker;
  } catch {
    return undefined;
  }
}

async function writeMarker(folder: string, state: Marker['state']): Promise<void> {
  const path = join(folder, markerFileName);
  const marker: Marker = { program, format: formatVersion, state };
  await writeFile(`${path}.new`, `${JSON.stringify(marker)}\n`, { mode: 0o600, flush: true });
  await rename(`${path}.new`, path);
}

async function sizeOf(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).size;
  } catch {
    return undefined;
  }
}

/**
 * Checks the beginning of an lmdb file: two pages that each name the last page in use (struct MDB_meta in lmdb 3.5's
 * dependencies/lmdb/libraries/liblmdb/mdb.c). Reading past the end of a cut file would kill the process.
 */
const meta = { magic: 24, version: 28, pageBytes: 48, lastPage: 144, transaction: 152, end: 160 };
const magic = 0xbeefc0de;

async function checkDataFile(path: string, fileBytes: number): Promise<void> {
  const torn = (why: string) =>
    new FolderError(`${path} is damaged: ${why}; nothing was changed. Restore it from a backup`);
  const file = await open(path, 'r');
  try {
    const first = Buffer.alloc(meta.end);
    if ((await file.read(first, 0, meta.end, 0)).bytesRead < meta.end) throw torn('it is too short');
    if (first.readUInt32LE(meta.magic) !== magic) throw torn('it does not begin as a data file');
    const pageBytes = first.readUInt32LE(meta.pageBytes);
    const second = Buffer.alloc(meta.end);
    if ((await file.read(second, 0, meta.end, pageBytes)).bytesRead < meta.end) throw torn('it is too short');
    if (second.readUInt32LE(meta.magic) !== magic) throw torn('its second page is not readable');
    const newest =
      first.readBigUInt64LE(meta.transaction) > second.readBigUInt64LE(meta.transaction) ? first : second;
    const neededBytes = (Number(newest.readBigUInt64LE(meta.lastPage)) + 1) * pageBytes;
    if (fileBytes < neededBytes) throw torn(`it has ${fileBytes} bytes of ${neededBytes}`);
  } finally {
    await file.close();
  }
}
