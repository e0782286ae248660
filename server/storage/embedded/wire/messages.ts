/**
 * MongoDB's wire messages: OP_MSG in both directions, and OP_QUERY and OP_REPLY, which a driver's first hello may use
 * (https://www.mongodb.com/docs/manual/reference/mongodb-wire-protocol/).
 */
import type { Document } from 'bson';
import { decodeExactly, encode } from '../storage/bsonCodec.ts';

export const maxMessageBytes = 48_000_000;
const headerBytes = 16;
const opReply = 1;
const opQuery = 2004;
const opMsg = 2013;

const flags = { checksumPresent: 1, moreToCome: 2, exhaustAllowed: 0x10000 };
/** Bits 0 to 15 are required: an unknown one makes the message unreadable. */
const requiredFlags = 0xffff;

export interface Request {
  requestId: number;
  isLegacy: boolean;
  /** False when the client waits for no reply. */
  wantsReply: boolean;
  body: Document;
  /** Document sequences (kind 1 sections), by field name. */
  sequences: Map<string, Buffer[]>;
}

export class MalformedMessage extends Error {}

/** Splits a stream of bytes into whole messages. */
export class MessageReader {
  private chunks: Buffer[] = [];
  private held = 0;

  *push(chunk: Buffer): Generator<Buffer> {
    this.chunks.push(chunk);
    this.held += chunk.length;
    while (this.held >= headerBytes) {
      const length = this.peek(4).readInt32LE(0);
      if (length < headerBytes || length > maxMessageBytes) {
        throw new MalformedMessage(`a message of ${length} bytes`);
      }
      if (this.held < length) return;
      yield this.take(length);
    }
  }

  private peek(count: number): Buffer {
    if (this.chunks[0]!.length < count) this.chunks = [Buffer.concat(this.chunks)];
    return this.chunks[0]!;
  }

  private take(count: number): Buffer {
    if (this.chunks[0]!.length < count) this.chunks = [Buffer.concat(this.chunks)];
    const first = this.chunks[0]!;
    this.held -= count;
    if (first.length === count) this.chunks.shift();
    else this.chunks[0] = first.subarray(count);
    return first.subarray(0, count);
  }
}

export function parseMessage(message: Buffer): Request {
  const requestId = message.readInt32LE(4);
  const opCode = message.readInt32LE(12);
  try {
    if (opCode === opMsg) return parseOpMsg(message, requestId);
    if (opCode === opQuery) return parseOpQuery(message, requestId);
  } catch (cause) {
    throw new MalformedMessage(`an unreadable message`, { cause });
  }
  throw new MalformedMessage(`operation code ${opCode}`);
}

function parseOpMsg(message: Buffer, requestId: number): Request {
  const bits = message.readUInt32LE(headerBytes);
  const unknown = bits & requiredFlags & ~(flags.checksumPresent | flags.moreToCome);
  if (unknown !== 0) throw new MalformedMessage(`unknown flags ${unknown}`);
  const end = message.length - (bits & flags.checksumPresent ? 4 : 0);
  let body: Document | undefined;
  const sequences = new Map<string, Buffer[]>();
  let at = headerBytes + 4;
  while (at < end) {
    const kind = message[at++];
    const size = message.readInt32LE(at);
    if (size < 5 || at + size > end) throw new MalformedMessage('a section that ends outside its message');
    const section = message.subarray(at, at + size);
    at += size;
    if (kind === 0 && body === undefined) body = decodeExactly(section);
    else if (kind === 1) {
      const nameEnd = section.indexOf(0, 4);
      sequences.set(section.toString('utf8', 4, nameEnd), splitDocuments(section.subarray(nameEnd + 1)));
    } else throw new MalformedMessage(`section kind ${kind}`);
  }
  if (body === undefined) throw new MalformedMessage('no body');
  return { requestId, isLegacy: false, wantsReply: (bits & flags.moreToCome) === 0, body, sequences };
}

function splitDocuments(bytes: Buffer): Buffer[] {
  const documents: Buffer[] = [];
  for (let at = 0; at < bytes.length; ) {
    const size = bytes.readInt32LE(at);
    if (size < 5 || at + size > bytes.length)
      throw new MalformedMessage('a document that ends outside its section');
    documents.push(bytes.subarray(at, at + size));
    at += size;
  }
  return documents;
}

/** flags, full collection name, numberToSkip, numberToReturn, query. Only `db.$cmd` is supported. */
function parseOpQuery(message: Buffer, requestId: number): Request {
  const nameEnd = message.indexOf(0, headerBytes + 4);
  const name = message.toString('utf8', headerBytes + 4, nameEnd);
  const at = nameEnd + 1 + 8;
  const size = message.readInt32LE(at);
  const body = decodeExactly(message.subarray(at, at + size));
  const db = name.slice(0, name.indexOf('.'));
  return { requestId, isLegacy: true, wantsReply: true, body: { $db: db, ...body }, sequences: new Map() };
}

let lastRequestId = 0;

export function replyMessage(request: Request, reply: Document | Buffer): Buffer {
  const body = Buffer.isBuffer(reply) ? reply : encode(reply);
  const before = request.isLegacy ? 20 : 5;
  const message = Buffer.alloc(headerBytes + before + body.length);
  message.writeInt32LE(message.length, 0);
  message.writeInt32LE(++lastRequestId & 0x7fffffff, 4);
  message.writeInt32LE(request.requestId, 8);
  message.writeInt32LE(request.isLegacy ? opReply : opMsg, 12);
  // OP_REPLY: flags, cursor id, starting from, number returned. OP_MSG: flags and the kind of the only section, all
  // 0.
  if (request.isLegacy) message.writeInt32LE(1, headerBytes + 16);
  body.copy(message, headerBytes + before);
  return message;
}
