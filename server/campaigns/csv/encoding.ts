/**
 * Finds the encoding of a text file. A byte order mark decides. Otherwise it is UTF-8 when nearly all of it is valid,
 * or the one-byte encoding in which the text looks Russian.
 */
import { createReadStream } from 'node:fs';
import { russianCost } from './russianText.ts';

/** In the order of likelihood. Russian spreadsheets write the first, Excel on a Mac the second, old programs the others. */
const ONE_BYTE = ['windows-1251', 'x-mac-cyrillic', 'ibm866', 'koi8-r'] as const;
const MARKS = { fffe: 'utf-16le', feff: 'utf-16be' } as const;
const UTF8_MARK = 'efbbbf';
/** At most one broken character to nine valid ones. Text in another encoding has far more. */
const VALID_PER_BROKEN = 9;
const SAMPLE_BYTES = 64 * 1024;
/** A few bytes before the first letter: the beginning of its word. */
const BEFORE_BYTES = 32;

/** The name for TextDecoder; null when the text looks Russian in no encoding. */
export async function detectEncoding(path: string): Promise<string | null> {
  const mark = await firstBytes(path);
  if (mark === UTF8_MARK) return 'utf-8';
  for (const [bytes, encoding] of Object.entries(MARKS)) if (mark.startsWith(bytes)) return encoding;
  if (await isValidUtf8(path)) return 'utf-8';
  const { valid, broken, sample } = await readAsUtf8(path);
  if (broken * VALID_PER_BROKEN <= valid) return 'utf-8';
  return likeliest(sample);
}

function likeliest(sample: Buffer): string | null {
  let best: { encoding: string; cost: number } | null = null;
  for (const encoding of ONE_BYTE) {
    const cost = russianCost(new TextDecoder(encoding).decode(sample));
    if (cost !== null && (best === null || cost < best.cost)) best = { encoding, cost };
  }
  return best?.encoding ?? null;
}

async function firstBytes(path: string): Promise<string> {
  for await (const bytes of createReadStream(path, { end: 2 })) return (bytes as Buffer).toString('hex');
  return '';
}

async function isValidUtf8(path: string): Promise<boolean> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  try {
    for await (const bytes of createReadStream(path)) decoder.decode(bytes as Buffer, { stream: true });
    decoder.decode();
    return true;
  } catch (error) {
    if (error instanceof TypeError) return false;
    throw error;
  }
}

/** Counts characters outside ASCII, and collects the parts of the file that have any. */
async function readAsUtf8(path: string): Promise<{ valid: number; broken: number; sample: Buffer }> {
  const decoder = new TextDecoder('utf-8');
  const counts = { valid: 0, broken: 0 };
  const count = (text: string) => {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: everything that is not ASCII
    for (const [character] of text.matchAll(/[^\x00-\x7f]/gu))
      counts[character === '\uFFFD' ? 'broken' : 'valid'] += 1;
  };
  const sample: Buffer[] = [];
  let sampleBytes = 0;
  for await (const chunk of createReadStream(path)) {
    const bytes = chunk as Buffer;
    count(decoder.decode(bytes, { stream: true }));
    const at = bytes.findIndex((byte) => byte >= 0x80);
    if (at === -1 || sampleBytes >= SAMPLE_BYTES) continue;
    const part = bytes.subarray(Math.max(0, at - BEFORE_BYTES), at + SAMPLE_BYTES - sampleBytes);
    sample.push(part);
    sampleBytes += part.length;
  }
  count(decoder.decode());
  return { ...counts, sample: Buffer.concat(sample) };
}
