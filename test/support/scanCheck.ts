/**
 * The whole suite's queries, as the embedded store plans them: when the tests end, the run fails if the program read all
 * of a collection that grows. The store writes down such queries (`scanNotes.ts`); tests' own are left out.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { IndexNote, ScanNote } from '../../server/storage/embedded/query/scanNotes.ts';

/** As large as the company's staff and settings, never as its messages. */
const small = new Set([
  'accounts',
  'administrators',
  'apiKeys',
  'communities',
  'companies',
  'keptKeys',
  'keyHolders',
  'keyRotations',
  'mailings',
  'people',
  'presence',
  'processes',
  'schema',
  'sendRates',
  'templates',
]);

/** They have no index but that of `_id`. */
const onlyById = new Set(['erasedDialogues', 'retention']);

/** Collections that tests make for themselves, under random names. */
const ofTests = /^c[0-9a-f]{24}$/;

/** A part of the query's text, and why it may read so much. */
const allowed: { collection: string; query: string; why: string }[] = [
  {
    collection: 'templateImages.files',
    query: '{"metadata.heldAt":',
    why: 'Once at start, over the images of templates.',
  },
];

export default function setup() {
  const folder = mkdtempSync(join(tmpdir(), 'notify-inbox-scans-'));
  const file = join(folder, 'scans.jsonl');
  writeFileSync(file, '');
  process.env.STORE_SCANS_FILE = file;
  return () => {
    const notes = readFileSync(file, 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as ScanNote | IndexNote);
    rmSync(folder, { recursive: true, force: true });
    const found = scansOf(notes);
    if (found.length === 0) return;
    process.exitCode = 1;
    throw new Error(`The program reads whole collections that grow:\n${found.join('\n')}`);
  };
}

export function scansOf(notes: (ScanNote | IndexNote)[]): string[] {
  const most = new Map<string, number>();
  for (const { collection, indexes } of notes)
    most.set(collection, Math.max(most.get(collection) ?? 0, indexes));
  const lines = notes
    .filter((note) => 'query' in note)
    .filter(({ collection }) => !small.has(collection) && !ofTests.test(collection))
    // A test that builds no indexes, or some of them, shows no plan of the program's.
    .filter(({ collection, indexes }) => indexes === most.get(collection))
    .filter(({ collection, indexes }) => indexes > 1 || onlyById.has(collection))
    .filter(
      (note) =>
        !allowed.some(
          ({ collection, query }) => note.collection === collection && note.query.includes(query),
        ),
    )
    .map(({ collection, query }) => `  ${collection}: ${query}`);
  return [...new Set(lines)].sort();
}
