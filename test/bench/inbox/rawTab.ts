/**
 * One open tab as a raw socket: it signs in by its cookie, answers pings, and searches packets for message numbers.
 * All that the desk sends is read into one buffer, so that a measurement makes no garbage of its own.
 */
import { connect, type Socket } from 'node:net';
import { clientFrame, createFrameReader } from './frameReader.ts';

export interface TabOptions {
  url: string;
  cookie: string;
  /** `atMs` is the moment at which the bytes were read. */
  onNumber(number: number, atMs: number): void;
  /** The other side has ended the connection, and not this one. */
  onLost(why: string): void;
  now(): number;
}

const READ_BYTES = 64 * 1024;
const END_OF_HEAD = '\r\n\r\n';
/** Opcodes of RFC 6455. */
const TEXT = 0x1;
const CLOSE = 0x8;
const PING = 0x9;
const PONG = 0xa;
/** Packet types of Engine.IO 4 and Socket.IO 5, each one ASCII digit. */
const ENGINE_OPEN = 0x30;
const ENGINE_CLOSE = 0x31;
const ENGINE_PING = 0x32;
const ENGINE_MESSAGE = 0x34;
const SOCKET_CONNECT = 0x30;
const SOCKET_DISCONNECT = 0x31;
const SOCKET_REFUSED = 0x34;
const connectPacket = clientFrame('40');
const pongPacket = clientFrame('3');

/** Resolves when the desk has accepted the tab; rejects with what it answered instead. */
export function openRawTab({ url, cookie, onNumber, onLost, now }: TabOptions): Promise<Socket> {
  const { hostname, port, host } = new URL(url);
  const buffer = Buffer.allocUnsafe(READ_BYTES);
  return new Promise((resolve, reject) => {
    let head = '';
    let isUpgraded = false;
    let isOpen = false;
    let atMs = 0;

    const fail = (why: string) => {
      if (isOpen) onLost(why);
      else reject(new Error(`A tab was not accepted: ${why}`));
      socket.destroy();
    };

    const frames = createFrameReader((opcode, bytes, from, to) => {
      if (opcode === PING) return void socket.write(clientFrame(bytes.subarray(from, to), PONG));
      if (opcode === CLOSE) return fail('the WebSocket was closed');
      if (opcode !== TEXT) return fail(`a frame with opcode ${opcode}`);
      switch (bytes[from]) {
        case ENGINE_OPEN:
          return void socket.write(connectPacket);
        case ENGINE_PING:
          return void socket.write(pongPacket);
        case ENGINE_CLOSE:
          return fail('Engine.IO was closed');
        case ENGINE_MESSAGE:
          break;
        default:
          return;
      }
      switch (bytes[from + 1]) {
        case SOCKET_CONNECT:
          isOpen = true;
          return resolve(socket);
        case SOCKET_DISCONNECT:
        case SOCKET_REFUSED:
          return fail(bytes.toString('utf8', from, to));
        default:
          readNumbers(bytes, from, to, atMs, onNumber);
      }
    });

    function readHead(length: number): void {
      head += buffer.toString('latin1', 0, length);
      const end = head.indexOf(END_OF_HEAD);
      if (end < 0) return;
      isUpgraded = head.startsWith('HTTP/1.1 101');
      if (!isUpgraded) fail(head);
      // Frames may come in the same read as the head.
      const rest = Buffer.from(head.slice(end + END_OF_HEAD.length), 'latin1');
      head = '';
      if (isUpgraded) frames.read(rest, rest.length);
    }

    const socket = connect({
      host: hostname,
      port: Number(port),
      noDelay: true,
      onread: {
        buffer,
        callback(length) {
          atMs = now();
          if (isUpgraded) frames.read(buffer, length);
          else readHead(length);
          return true;
        },
      },
    });
    socket.once('error', (error) => fail(error.message));
    socket.once('end', () => fail('the connection was ended'));
    socket.write(
      [
        'GET /socket.io/?EIO=4&transport=websocket HTTP/1.1',
        `Host: ${host}`,
        'Upgrade: websocket',
        'Connection: Upgrade',
        'Sec-WebSocket-Version: 13',
        'Sec-WebSocket-Key: bm90aWZ5LWluYm94LXJ1bA==',
        `Origin: ${url}`,
        ...(cookie === '' ? [] : [`Cookie: ${cookie}`]),
        '',
        '',
      ].join('\r\n'),
    );
  });
}

/** What the writer's texts look like in a packet. */
const MARK = Buffer.from('"text":"#');
const ZERO = 0x30;

/** Calls back for each message number in the packet; a number may come more than once. */
export function readNumbers(
  bytes: Buffer,
  from: number,
  to: number,
  atMs: number,
  onNumber: TabOptions['onNumber'],
): void {
  // The buffer may hold an older, longer packet behind this one.
  for (let at = bytes.indexOf(MARK, from); at >= 0 && at < to; at = bytes.indexOf(MARK, at)) {
    let number = 0;
    for (at += MARK.length; at < to; at += 1) {
      const digit = bytes[at]! - ZERO;
      if (digit < 0 || digit > 9) break;
      number = number * 10 + digit;
    }
    onNumber(number, atMs);
  }
}
