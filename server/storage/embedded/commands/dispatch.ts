/** Finds the command that a message names and runs it; turns every error into a reply. */
import { CommandError, errorReply } from '../errors.ts';
import { timeLimitOf } from '../query/timeLimit.ts';
import type { Request } from '../wire/messages.ts';
import { bulkWriteCommands } from './bulkWrite.ts';
import { collectionCommands } from './collections.ts';
import type { ConnectionState, Handler, Store } from './command.ts';
import { checkConcerns } from './concerns.ts';
import { explainCommands } from './explain.ts';
import { checkFields } from './fields.ts';
import { findAndModifyCommands } from './findAndModify.ts';
import { handshakeCommands, openCommands } from './handshake.ts';
import { indexCommands } from './indexes.ts';
import { readCommands } from './read.ts';
import { writeCommands } from './write.ts';

const handlers = new Map<string, Handler>(
  Object.entries({
    ...handshakeCommands,
    ...readCommands,
    ...writeCommands,
    ...bulkWriteCommands,
    ...findAndModifyCommands,
    ...collectionCommands,
    ...indexCommands,
    ...explainCommands,
  }),
);

export async function answer(
  store: Store,
  request: Request,
  connection: ConnectionState,
): Promise<object | Buffer> {
  const [name = ''] = Object.keys(request.body).filter((field) => field !== '$db');
  try {
    const handler = handlers.get(name);
    if (handler === undefined) throw new CommandError(59, `no such command: '${name}'`);
    if (connection.scram !== undefined && !connection.isAuthenticated && !openCommands.has(name)) {
      throw new CommandError(13, `Command ${name} requires authentication`);
    }
    refuseTransactions(request.body);
    const db = request.body.$db as unknown;
    if (typeof db !== 'string') throw new CommandError(40571, 'OP_MSG requests require a $db argument');
    const { body, sequences } = request;
    checkFields(name, body);
    checkConcerns(body);
    const limit = timeLimitOf(body.maxTimeMS);
    return await handler(store, { name, db, body, sequences, connection, limit });
  } catch (error) {
    if (!(error instanceof CommandError))
      store.logger.error({ err: error, command: name }, 'a store command failed');
    return errorReply(error);
  }
}

function refuseTransactions(body: Record<string, unknown>): void {
  if (body.startTransaction === true || body.autocommit === false || body.txnNumber !== undefined) {
    throw new CommandError(20, 'Transaction numbers are only allowed on a replica set member or mongos');
  }
}
