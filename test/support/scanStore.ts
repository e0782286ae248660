/**
 * Searches every document of every collection for texts, as a thief of the database would, and inside sealed fields
 * too. It must know every sealed field, so that nothing hides from the scan.
 */
import type { Connection } from 'mongoose';
import type { Sealing } from '../../server/storage/sealing.ts';

type Document = Record<string, unknown> & { _id: unknown };

/** The purposes for which text of each collection is sealed, old ones included. Null: not a client's data. */
const purposes: Record<string, ((document: Document) => string[]) | null> = {
  clients: ({ _id }) => [`client phone ${_id}`, 'client phone'],
  serviceMessages: ({ _id }) => [`service message phone ${_id}`],
  mailings: ({ _id }) => [`mailing headers ${_id}`],
  mailingRows: ({ _id }) => [`mailing rows ${_id}`],
  blockedPhones: ({ _id }) => [`blocked phone ${_id}`],
  erasures: ({ _id }) => [`erasure phone ${_id}`],
  deadLetters: ({ _id }) => [`dead letter ${_id}`],
  communities: null,
  apiKeys: null,
  keptKeys: null,
};

/** Places that contain one of the secrets: `messages.text: anna`. */
export async function scanStore(
  connection: Connection,
  sealing: Sealing,
  secrets: readonly string[],
): Promise<string[]> {
  const { db } = connection;
  if (!db) throw new Error('The store is not connected');
  const places: string[] = [];
  for (const { name } of await db.listCollections({}, { nameOnly: true }).toArray()) {
    for await (const document of db.collection(name).find({})) {
      for (const [path, text] of textsIn(document, name)) {
        for (const plain of [text, ...opened(name, document as Document, text, sealing)])
          for (const secret of secrets) if (plain.includes(secret)) places.push(`${path}: ${secret}`);
      }
    }
  }
  return places.sort();
}

function opened(name: string, document: Document, text: string, sealing: Sealing): string[] {
  if (!/^v(1|2\.[0-9a-f]{8})\.[\w-]{38,}$/.test(text)) return [];
  const known = purposes[name];
  if (known === null) return [];
  for (const purpose of known?.(document) ?? [])
    try {
      return [sealing.open(text, purpose)];
    } catch {
      // Sealed for another purpose.
    }
  throw new Error(`${name} holds sealed text that this scan cannot open`);
}

function* textsIn(value: unknown, path: string): Generator<[string, string]> {
  if (typeof value === 'string') yield [path, value];
  else if (typeof value !== 'object' || value === null || value instanceof Date) return;
  else if ('buffer' in value && value.buffer instanceof Uint8Array)
    yield [path, Buffer.from(value.buffer).toString('utf8')];
  else
    for (const [key, part] of Object.entries(value)) {
      yield [path, key];
      yield* textsIn(part, Array.isArray(value) ? path : `${path}.${key}`);
    }
}
