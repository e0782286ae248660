import { describe, expect, it } from 'vitest';
import { WebSocketServer } from 'ws';
import { clientFrame, createFrameReader } from './frameReader.ts';

/** A server's text frame, with the header that its length needs. */
function serverFrame(text: string): Buffer {
  const body = Buffer.from(text);
  if (body.length < 126) return Buffer.concat([Buffer.from([0x81, body.length]), body]);
  const isLong = body.length > 0xffff;
  const header = Buffer.alloc(isLong ? 10 : 4);
  header[0] = 0x81;
  header[1] = isLong ? 127 : 126;
  if (isLong) header.writeBigUInt64BE(BigInt(body.length), 2);
  else header.writeUInt16BE(body.length, 2);
  return Buffer.concat([header, body]);
}

const texts = ['', 'a', 'б'.repeat(62), 'c'.repeat(126), 'd'.repeat(300), 'e'.repeat(70_000), '2'];
const stream = Buffer.concat(texts.map(serverFrame));

function collect() {
  const seen: string[] = [];
  const reader = createFrameReader((opcode, bytes, from, to) => {
    expect(opcode).toBe(1);
    seen.push(bytes.toString('utf8', from, to));
  });
  return { seen, reader };
}

describe('the frame reader', () => {
  it('reads many frames from one buffer', () => {
    const { seen, reader } = collect();
    reader.read(stream, stream.length);
    expect(seen).toEqual(texts);
  });

  it.each([1, 2, 3, 7, 127, 1_000, 65_536])('reads frames that come in pieces of %i bytes', (pieceBytes) => {
    const { seen, reader } = collect();
    // One buffer for all reads, as a socket has it: what it held before must not matter.
    const buffer = Buffer.alloc(pieceBytes, 0x81);
    for (let at = 0; at < stream.length; at += pieceBytes) {
      const length = stream.copy(buffer, 0, at, at + pieceBytes);
      reader.read(buffer, length);
    }
    expect(seen).toEqual(texts);
  });

  it('reads short frames after one whose header was split', () => {
    const { seen, reader } = collect();
    const some = ['a', 'b', 'c', 'd', 'e'.repeat(300), 'f'];
    const bytes = Buffer.concat(some.map(serverFrame));
    reader.read(bytes, 1);
    reader.read(bytes, bytes.length - 1, 1);
    expect(seen).toEqual(some);
  });

  it('leaves the end of a buffer alone that was not read', () => {
    const { seen, reader } = collect();
    const buffer = Buffer.concat([serverFrame('new'), serverFrame('old')]);
    reader.read(buffer, serverFrame('new').length);
    expect(seen).toEqual(['new']);
  });

  it('refuses a masked frame, which a server never sends', () => {
    const { reader } = collect();
    const masked = clientFrame('40');
    expect(() => reader.read(masked, masked.length)).toThrow('mask');
  });
});

it('a client frame is understood by a WebSocket server', async () => {
  const server = new WebSocketServer({ port: 0 });
  const { port } = server.address() as { port: number };
  const heard = new Promise<string>((resolve) => {
    server.once('connection', (socket) => socket.once('message', (data) => resolve(String(data))));
  });
  const { connect } = await import('node:net');
  const socket = connect(port, '127.0.0.1');
  try {
    socket.write(
      'GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
        'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: bm90aWZ5LWluYm94LXJ1bA==\r\n\r\n',
    );
    socket.write(clientFrame('3привет'));
    expect(await heard).toBe('3привет');
  } finally {
    socket.destroy();
    server.close();
  }
});
