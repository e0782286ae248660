/** Commands that a driver sends first: hello, server information, signing in. */
import { Binary, type Document } from 'bson';
import { CommandError } from '../errors.ts';
import { lookAtFolder } from '../folderEncryption.ts';
import { maxDocumentBytes } from '../storage/records.ts';
import { maxMessageBytes } from '../wire/messages.ts';
import { beginScram, finishScram } from '../wire/scram.ts';
import type { Command, Handler } from './command.ts';

/**
 * 25 is MongoDB 8.0, the first with `bulkWrite`. With a standalone server that names no logicalSessionTimeoutMinutes,
 * drivers use no sessions, retryable writes or transactions.
 */
const wireVersion = 25;
const serverVersion = '8.0.0';

const hello: Handler = (_store, { body, name, connection }) => ({
  helloOk: true,
  ...(name === 'hello' ? { isWritablePrimary: true } : { ismaster: true }),
  maxBsonObjectSize: maxDocumentBytes,
  maxMessageSizeBytes: maxMessageBytes,
  maxWriteBatchSize: 100_000,
  localTime: new Date(),
  connectionId: connection.id,
  minWireVersion: 0,
  maxWireVersion: wireVersion,
  readOnly: false,
  ...(body.saslSupportedMechs === undefined ? {} : { saslSupportedMechs: ['SCRAM-SHA-256'] }),
  ok: 1,
});

function payloadOf({ body }: Command): string {
  const payload = body.payload as unknown;
  if (payload instanceof Binary) return Buffer.from(payload.value()).toString('utf8');
  throw new CommandError(18, 'Authentication failed.');
}

const saslReply = (payload: string, done: boolean): Document => ({
  conversationId: 1,
  done,
  payload: new Binary(Buffer.from(payload)),
  ok: 1,
});

const saslStart: Handler = (_store, command) => {
  const { connection, body } = command;
  if (connection.scram === undefined) throw new CommandError(18, 'Authentication is not asked for here.');
  if (body.mechanism !== 'SCRAM-SHA-256') {
    throw new CommandError(
      334,
      `Received authentication for mechanism ${String(body.mechanism)} which is not enabled`,
    );
  }
  connection.conversation = beginScram(connection.scram, payloadOf(command));
  return saslReply(connection.conversation.serverFirst, false);
};

const saslContinue: Handler = (_store, command) => {
  const { connection } = command;
  const { scram, conversation } = connection;
  // Without skipEmptyExchange the client ends with an empty message.
  if (connection.isAuthenticated && payloadOf(command) === '') return saslReply('', true);
  if (scram === undefined || conversation === undefined)
    throw new CommandError(17, 'No SASL session state found');
  connection.conversation = undefined;
  const proof = finishScram(scram, conversation, payloadOf(command));
  connection.isAuthenticated = true;
  return saslReply(proof, true);
};

const buildInfo: Handler = () => ({
  version: serverVersion,
  versionArray: [8, 0, 0, 0],
  gitVersion: 'embedded',
  modules: ['notify-inbox embedded store'],
  maxBsonObjectSize: maxDocumentBytes,
  bits: 64,
  debug: false,
  ok: 1,
});

/**
 * Named as in MongoDB Enterprise. `encryptionEnabled` is absent when it is not known; `found` says what was found.
 */
async function encryptionAtRest(folder: string): Promise<Document> {
  const { found, device } = await lookAtFolder(folder);
  const isKnown = found === 'cryptDevice' || found === 'plainDevice';
  return { ...(isKnown ? { encryptionEnabled: found === 'cryptDevice' } : {}), found, device };
}

const serverStatus: Handler = async (store) => ({
  host: 'embedded',
  version: serverVersion,
  process: 'notify-inbox embedded store',
  pid: process.pid,
  uptime: (Date.now() - store.startedAt.getTime()) / 1000,
  localTime: new Date(),
  metrics: { cursor: { open: { total: store.cursors.count } } },
  mem: { resident: Math.round(process.memoryUsage().rss / 1024 / 1024) },
  encryptionAtRest: await encryptionAtRest(store.dataDir),
  ok: 1,
});

export const handshakeCommands: Record<string, Handler> = {
  hello,
  isMaster: hello,
  ismaster: hello,
  saslStart,
  saslContinue,
  buildInfo,
  buildinfo: buildInfo,
  serverStatus,
  ping: () => ({ ok: 1 }),
  logout: () => ({ ok: 1 }),
  endSessions: () => ({ ok: 1 }),
  hostInfo: () => ({ system: { currentTime: new Date() }, ok: 1 }),
  getLog: () => ({ totalLinesWritten: 0, log: [], ok: 1 }),
  getParameter: ({ startedAt: _ }, { body }) => ({
    ...('featureCompatibilityVersion' in body ? { featureCompatibilityVersion: { version: '8.0' } } : {}),
    ok: 1,
  }),
  connectionStatus: (_store, { connection }) => ({
    authInfo: {
      authenticatedUsers:
        connection.scram !== undefined && connection.isAuthenticated
          ? [{ user: connection.scram.user, db: 'admin' }]
          : [],
      authenticatedUserRoles: [],
    },
    ok: 1,
  }),
};
/** Commands allowed before signing in. */
export const openCommands = new Set([
  'hello',
  'isMaster',
  'ismaster',
  'saslStart',
  'saslContinue',
  'buildInfo',
  'buildinfo',
  'ping',
]);
