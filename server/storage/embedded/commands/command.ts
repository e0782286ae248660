/** The input of a command and its possible replies. Each other file of this folder holds one family of commands. */
import type { Document } from 'bson';
import { CommandError, typeMismatch } from '../errors.ts';
import { isDocument } from '../keys/valueKey.ts';
import type { StoreLogger } from '../log.ts';
import type { StoreReader } from '../query/execute.ts';
import type { TimeLimit } from '../query/timeLimit.ts';
import type { Catalog, CollectionSpec } from '../storage/catalog.ts';
import type { Writer } from '../storage/writer.ts';
import type { Scram, ScramConversation } from '../wire/scram.ts';
import type { Cursors } from './cursors.ts';

export interface Store extends StoreReader {
  catalog: Catalog;
  writer: Writer;
  cursors: Cursors;
  logger: StoreLogger;
  startedAt: Date;
  dataDir: string;
}

export interface ConnectionState {
  id: number;
  /** Set when clients must sign in (a TCP port); the unix socket is protected by its file mode. */
  scram: Scram | undefined;
  isAuthenticated: boolean;
  conversation: ScramConversation | undefined;
}

export interface Command {
  name: string;
  db: string;
  body: Document;
  sequences: Map<string, Buffer[]>;
  connection: ConnectionState;
  /** The command's `maxTimeMS`. */
  limit: TimeLimit | undefined;
}

export type Handler = (store: Store, command: Command) => Document | Buffer | Promise<Document | Buffer>;

export function collectionName({ name, body }: Command): string {
  const collection = body[name] as unknown;
  if (typeof collection !== 'string')
    throw new CommandError(73, `collection name has invalid type for ${name}`);
  if (collection === '')
    throw new CommandError(73, 'Invalid namespace specified: the collection name is empty');
  return collection;
}

export function findCollection(store: Store, command: Command): CollectionSpec | undefined {
  return store.catalog.find(command.db, collectionName(command));
}

export function documentField(body: Document, name: string): Document {
  const value = body[name] as unknown;
  if (value === undefined || value === null) return {};
  if (typeof value !== 'object' || Array.isArray(value)) {
    throw typeMismatch(`BSON field '${name}' is the wrong type, expected type 'object'`);
  }
  return value;
}

export function numberField(body: Document, name: string): number | undefined {
  const value = body[name] as unknown;
  if (value === undefined || value === null) return undefined;
  const number = Number(value);
  if (typeof value === 'string' || Number.isNaN(number)) {
    throw typeMismatch(`BSON field '${name}' is the wrong type, expected a number`);
  }
  return number;
}

/** Runs a command's changes in the writer, unless its time is over before their turn. */
export function writeInTime<T>(store: Store, { limit }: Command, changes: () => T): Promise<T> {
  return store.writer.write(() => {
    limit?.check();
    return changes();
  });
}

/** The store sorts texts only by bytes; with another collation it would answer wrongly. */
export function refuseCollation(body: Document): void {
  const collation = body.collation as Document | undefined | null;
  if (collation === undefined || collation === null) return;
  if (!isDocument(collation))
    throw typeMismatch(`BSON field 'collation' is the wrong type, expected type 'object'`);
  if (collation.locale !== 'simple') {
    throw new CommandError(238, 'collation is not supported by the embedded store');
  }
}
