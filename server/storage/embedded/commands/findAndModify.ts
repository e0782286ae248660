/** findAndModify: finds one document, changes or removes it and returns it, as one atomic step. */
import type { Document } from 'bson';
import { letVariables } from '../aggregate/expression.ts';
import { failedToParse } from '../errors.ts';
import { type MatchedRecord, prepareQuery } from '../query/execute.ts';
import { parseFilter } from '../query/filter.ts';
import { compileProjection } from '../query/projection.ts';
import { decodeExactly } from '../storage/bsonCodec.ts';
import { prepareUpdate } from '../update/update.ts';
import { collectionName, documentField, type Handler, refuseCollation, writeInTime } from './command.ts';
import { changeFound, collectionForWriting, insertUpsert } from './write.ts';

const findAndModify: Handler = (store, command) => {
  const { body, db } = command;
  refuseCollation(body);
  const name = collectionName(command);
  const filter = documentField(body, 'query');
  const parsed = parseFilter(filter);
  const isRemoval = body.remove === true;
  const update = body.update as Document | Document[] | undefined;
  if (isRemoval === (update !== undefined))
    throw failedToParse('Either an update or remove=true must be specified');
  if (isRemoval && (body.upsert === true || body.new === true)) {
    throw failedToParse('Cannot specify both upsert or new=true and remove=true');
  }
  const showsNew = body.new === true || Number(body.new) === 1;
  const isUpsert = body.upsert === true || Number(body.upsert) === 1;
  const variables = letVariables(body.let);
  const projection = compileProjection((body.fields ?? undefined) as Document | undefined, filter);
  const shown = (document: Document | undefined) =>
    document === undefined ? null : projection ? projection(document, variables) : document;
  const prepared =
    update === undefined
      ? undefined
      : prepareUpdate({
          filter: parsed,
          update,
          arrayFilters: body.arrayFilters as Document[] | undefined,
          variables,
        });
  return writeInTime(store, command, () => {
    const existing = store.catalog.find(db, name);
    const collection = existing ?? (isUpsert ? collectionForWriting(store, db, name) : undefined);
    if (collection === undefined) {
      return {
        lastErrorObject: { n: 0, ...(isRemoval ? {} : { updatedExisting: false }) },
        value: null,
        ok: 1,
      };
    }
    const request = {
      filter,
      sort: documentField(body, 'sort'),
      hint: body.hint as unknown,
      limit: 1,
      variables,
      isForChange: prepared !== undefined,
      timeLimit: command.limit,
    };
    const found = prepareQuery(store, collection, request, parsed).run().next().value as
      | MatchedRecord
      | undefined;
    if (prepared === undefined) {
      if (found !== undefined) store.records.remove(collection, found.record, found.document);
      return { lastErrorObject: { n: found === undefined ? 0 : 1 }, value: shown(before(found)), ok: 1 };
    }
    if (found !== undefined) {
      const old = before(found);
      const { after } = changeFound(store, collection, found, prepared);
      return {
        lastErrorObject: { n: 1, updatedExisting: true },
        value: shown(showsNew ? after : old),
        ok: 1,
      };
    }
    if (!isUpsert) return { lastErrorObject: { n: 0, updatedExisting: false }, value: null, ok: 1 };
    const made = insertUpsert(store, collection, prepared);
    return {
      lastErrorObject: { n: 1, updatedExisting: false, upserted: made._id },
      value: showsNew ? shown(made) : null,
      ok: 1,
    };
  });
};

function before(found: MatchedRecord | undefined): Document | undefined {
  return found === undefined ? undefined : decodeExactly(found.bytes);
}

export const findAndModifyCommands: Record<string, Handler> = { findAndModify, findandmodify: findAndModify };
