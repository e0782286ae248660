/**
 * Reads the zip archive of an .xlsx file: its parts by name, each as a stream of text. Refuses an archive that
 * unpacks to more than a list can need, before and while it unpacks. Names differ in more than the case of ASCII
 * letters: some programs write `xl/SharedStrings.xml` and refer to `sharedStrings.xml`. Source: ECMA-376, part 2,
 * section 6.2.2.3.
 */
import type { Readable } from 'node:stream';
import { type Entry, openPromise, type ZipFile } from 'yauzl';
import { UnreadableList } from '../listRow.ts';

/** 200,000 rows of 20 columns are about 250 MB of XML. */
const UNPACKED_BYTES = 512 * 1024 * 1024;
const PARTS = 10_000;

export interface Archive {
  has(name: string): boolean;
  /** Streams a part's text; yields nothing when the part does not exist. */
  read(name: string): AsyncGenerator<string>;
  close(): void;
}

export async function openArchive(path: string): Promise<Archive> {
  const zip = await openPromise(path, { autoClose: false }).catch((cause: unknown) => {
    throw broken(cause);
  });
  try {
    return archiveOf(zip, await listParts(zip));
  } catch (error) {
    zip.close();
    throw error instanceof UnreadableList ? error : broken(error);
  }
}

async function listParts(zip: ZipFile): Promise<Map<string, Entry>> {
  if (zip.entryCount > PARTS) throw tooHeavy();
  const parts = new Map<string, Entry>();
  for await (const entry of zip.eachEntry()) parts.set(nameOf(entry.fileName), entry);
  return parts;
}

function archiveOf(zip: ZipFile, parts: Map<string, Entry>): Archive {
  let unpackedBytes = 0;
  return {
    has: (name) => parts.has(nameOf(name)),
    close: () => zip.close(),
    async *read(name) {
      const entry = parts.get(nameOf(name));
      if (!entry) return;
      if (entry.isEncrypted()) throw new UnreadableList('The file is encrypted', { code: 'listEncrypted' });
      // The declared size: yauzl refuses a part that unpacks to another size.
      unpackedBytes += entry.uncompressedSize;
      if (unpackedBytes > UNPACKED_BYTES) throw tooHeavy();
      const stream: Readable = await zip.openReadStreamPromise(entry).catch((cause: unknown) => {
        throw broken(cause);
      });
      const decoder = new TextDecoder('utf-8', { fatal: true });
      try {
        for await (const bytes of stream) yield decoder.decode(bytes as Buffer, { stream: true });
        yield decoder.decode();
      } catch (error) {
        throw error instanceof UnreadableList ? error : broken(error);
      } finally {
        stream.destroy();
      }
    },
  };
}

const nameOf = (name: string) => name.replace(/[A-Z]/g, (letter) => letter.toLowerCase());

const broken = (cause: unknown) => new UnreadableList('The workbook is broken', { cause });
const tooHeavy = () => new UnreadableList('The workbook unpacks to too much', { code: 'listTooHeavy' });
