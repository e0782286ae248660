/**
 * Stands between the driver and a store, on a socket, and speaks the wire protocol to both: the embedded store or a
 * MongoDB server. A test names the command that shall fail and how; everything else passes unchanged.
 */
import { connect, createServer, type NetConnectOpts, type Socket } from 'node:net';
import { type Document, deserialize } from 'bson';
import {
  MessageReader,
  parseMessage,
  type Request,
  replyMessage,
} from '../../server/storage/embedded/wire/messages.ts';
import { faultyReply, type StoreCommand, type StoreFault, successOf } from './storeFaults.ts';

export interface StoreProxy extends AsyncDisposable {
  /** For the driver; the same database as the store's own address. */
  uri: string;
  /** Every command about a collection that the driver sent, in order. */
  commands: StoreCommand[];
  /** Fails the commands for which `of` is true, `times` of them and without end by default. Replaces the last rule. */
  fail(fault: StoreFault, rule: { of: (command: StoreCommand) => boolean; times?: number }): void;
  /** How many commands have failed since `fail`. */
  failures(): number;
  /** From here on no command fails. Returns how many did since `fail`. */
  heal(): number;
}

interface Rule {
  fault: StoreFault;
  of: (command: StoreCommand) => boolean;
  left: number;
}

export const isWrite = ({ isWrite }: StoreCommand): boolean => isWrite;

/** True for writes that touch this collection. */
export const writesTo =
  (collection: string) =>
  ({ isWrite, collections }: StoreCommand): boolean =>
    isWrite && collections.includes(collection);

export async function openStoreProxy(storeUri: string): Promise<StoreProxy> {
  const { target, uriAt } = readUri(storeUri);
  const commands: StoreCommand[] = [];
  const sockets = new Set<Socket>();
  let rule: Rule | null = null;
  let failed = 0;

  function faultFor(command: StoreCommand): StoreFault | null {
    if (handshakes.has(command.name)) return null;
    commands.push(command);
    if (!rule || rule.left === 0 || !rule.of(command)) return null;
    rule.left -= 1;
    failed += 1;
    return rule.fault;
  }

  const server = createServer((driver) => {
    const store = connect(target);
    for (const [socket, other] of [
      [driver, store],
      [store, driver],
    ] as const) {
      sockets.add(socket);
      socket.setNoDelay(true);
      socket.on('error', () => other.destroy());
      socket.on('close', () => {
        sockets.delete(socket);
        other.destroy();
      });
    }
    relay(driver, store, faultFor);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };

  return {
    uri: uriAt(`127.0.0.1:${port}`),
    commands,
    fail(fault, { of, times = Number.POSITIVE_INFINITY }) {
      rule = { fault, of, left: times };
      failed = 0;
    },
    failures: () => failed,
    heal() {
      rule = null;
      return failed;
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Passes whole messages on, in both directions. */
function relay(driver: Socket, store: Socket, faultFor: (command: StoreCommand) => StoreFault | null): void {
  const [requests, replies] = [new MessageReader(), new MessageReader()];
  /** Commands whose reply shall be changed, by the id of their request. */
  const changed = new Map<number, { request: Request; command: StoreCommand; fault: StoreFault }>();
  const cut = () => driver.destroy();

  driver.on('data', (chunk) => {
    for (const message of requests.push(chunk)) {
      const request = parseMessage(message);
      const command = toCommand(request);
      const fault = faultFor(command);
      if (!fault) store.write(message);
      else if (fault.work === 'done') {
        changed.set(request.requestId, { request, command, fault });
        store.write(message);
      } else if (fault.kind === 'cut') cut();
      else driver.write(replyMessage(request, faultyReply(fault, command, successOf(command))));
    }
  });
  store.on('data', (chunk) => {
    for (const message of replies.push(chunk)) {
      const change = changed.get(message.readInt32LE(RESPONSE_TO));
      if (!change) {
        driver.write(message);
        continue;
      }
      const { request, command, fault } = change;
      if (fault.kind === 'cut') cut();
      else driver.write(replyMessage(request, faultyReply(fault, command, bodyOf(message))));
    }
  });
}

const RESPONSE_TO = 8;
/** The header, the flags and the kind of the only section stand before the body. */
const BODY = 16 + 4 + 1;

const bodyOf = (reply: Buffer): Document => deserialize(reply.subarray(BODY), { promoteLongs: false });

/** Commands of the driver itself: they never fail, so that the driver knows the store. */
const handshakes = new Set([
  '$db',
  'hello',
  'isMaster',
  'ismaster',
  'ping',
  'endSessions',
  'saslStart',
  'saslContinue',
]);

/** By command, the field that holds its operations. */
const operationsIn: Record<string, string> = {
  insert: 'documents',
  update: 'updates',
  delete: 'deletes',
  bulkWrite: 'ops',
};

function toCommand({ body, sequences }: Request): StoreCommand {
  const [name = ''] = Object.keys(body);
  const partsOf = (field: string): unknown[] =>
    sequences.get(field)?.map((bytes) => deserialize(bytes)) ?? (body[field] as unknown[] | undefined) ?? [];
  const operations = operationsIn[name];
  const collections =
    name === 'bulkWrite'
      ? partsOf('nsInfo').map((part) => (part as { ns: string }).ns.replace(/^[^.]*\./, ''))
      : [String(body[name])];
  return {
    name,
    collections,
    isWrite: operations !== undefined || name === 'findAndModify',
    operations: operations === undefined ? 1 : partsOf(operations).length,
  };
}

/** The driver looks at a lost store again at once, so that a test of many faults does not wait half a second for each. */
const OPTIONS = { directConnection: 'true', minHeartbeatFrequencyMS: '1' };

/** A store listens on a unix socket, whose path stands encoded in place of the host, or on a port. */
function readUri(uri: string): { target: NetConnectOpts; uriAt: (host: string) => string } {
  const [, signIn = '', host = '', database = '', query = ''] =
    /^mongodb:\/\/([^@/]*@)?([^/?]+)\/?([^?]*)\??(.*)$/.exec(uri) ?? [];
  const path = decodeURIComponent(host);
  const [name = '', port = '27017'] = host.split(':');
  const options = new URLSearchParams(query);
  options.delete('replicaSet');
  for (const [key, value] of Object.entries(OPTIONS)) options.set(key, value);
  return {
    target: path.endsWith('.sock') ? { path } : { host: name, port: Number(port) },
    uriAt: (at) => `mongodb://${signIn}${at}/${database}?${options}`,
  };
}
