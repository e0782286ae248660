/**
 * The shared texts to which cells refer by number. There may be a million, so they are kept in a temporary file;
 * memory holds their offsets and the pages read last.
 */
import { closeSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { UnreadableList } from '../listRow.ts';
import type { Archive } from './archive.ts';
import { readXml } from './readXml.ts';
import { createTextCollector } from './texts.ts';

const PAGE_BYTES = 64 * 1024;
const PAGES = 64;
const STRINGS_MOST = 4_000_000;

export interface SharedStrings {
  get(index: number): string;
  close(): void;
}

export const noStrings: SharedStrings = { get: () => '', close: () => undefined };

export async function readSharedStrings(
  archive: Archive,
  part: string,
  temporaryPath: string,
): Promise<SharedStrings> {
  // Readable by its owner only: it contains phones and names.
  const file = openSync(temporaryPath, 'wx+', 0o600);
  try {
    // Except on Windows, an open file can be deleted, so that nothing remains after a crash.
    if (process.platform !== 'win32') rmSync(temporaryPath);
    const starts = await writeAll(file, archive, part);
    return { get: createReader(file, starts), close: () => closeSync(file) };
  } catch (error) {
    closeSync(file);
    throw error;
  }
}

/** The offset of each string, and at the end the total length. */
async function writeAll(file: number, archive: Archive, part: string): Promise<Uint32Array> {
  let starts = new Uint32Array(1024);
  let count = 0;
  let endBytes = 0;
  let waiting: string[] = [];
  const texts = createTextCollector('si', (text) => {
    if (count >= STRINGS_MOST)
      throw new UnreadableList('The workbook has too many texts', { code: 'listTooHeavy' });
    if (count + 2 > starts.length) {
      const larger = new Uint32Array(starts.length * 2);
      larger.set(starts);
      starts = larger;
    }
    waiting.push(text);
    endBytes += Buffer.byteLength(text);
    count += 1;
    starts[count] = endBytes;
  });
  for await (const _ of readXml(archive.read(part), texts)) {
    if (waiting.length === 0) continue;
    const bytes = Buffer.from(waiting.join(''));
    for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
    waiting = [];
  }
  return starts.subarray(0, count + 1);
}

function createReader(file: number, starts: Uint32Array): (index: number) => string {
  const pages = new Map<number, Buffer>();
  function page(at: number): Buffer {
    const known = pages.get(at);
    if (known) return known;
    const bytes = Buffer.alloc(PAGE_BYTES);
    const length = readSync(file, bytes, 0, PAGE_BYTES, at * PAGE_BYTES);
    const [oldest] = pages.keys();
    if (pages.size >= PAGES && oldest !== undefined) pages.delete(oldest);
    const read = bytes.subarray(0, length);
    pages.set(at, read);
    return read;
  }
  return (index) => {
    const from = starts[index];
    const to = starts[index + 1];
    if (from === undefined || to === undefined) return '';
    const first = Math.floor(from / PAGE_BYTES);
    const last = Math.floor(Math.max(from, to - 1) / PAGE_BYTES);
    const offset = first * PAGE_BYTES;
    if (first === last) return page(first).toString('utf8', from - offset, to - offset);
    const parts: Buffer[] = [];
    for (let at = first; at <= last; at++) parts.push(page(at));
    return Buffer.concat(parts).toString('utf8', from - offset, to - offset);
  };
}
