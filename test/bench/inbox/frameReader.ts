/**
 * Reads a server's WebSocket frames from one buffer per socket. A frame that lies whole in the buffer is passed on
 * without a copy; one that the network has split is put together in a second buffer, which is used again.
 */

/** The payload is `bytes[from]` to `bytes[to - 1]`, and is valid during the call only. */
export type OnFrame = (opcode: number, bytes: Buffer, from: number, to: number) => void;

export interface FrameReader {
  /** The next `length` bytes of the connection are at `bytes[from]`; the buffer may be used again afterwards. */
  read(bytes: Buffer, length: number, from?: number): void;
}

const LENGTH_16_BIT = 126;
const LENGTH_64_BIT = 127;
const MASKED = 0x80;
const OPCODE = 0x0f;
const HEADER_BYTES_MAX = 10;

export function createFrameReader(onFrame: OnFrame): FrameReader {
  /** The beginning of a frame whose rest has not arrived. */
  let kept = Buffer.allocUnsafe(4096);
  let keptBytes = 0;

  /** Reads whole frames; returns where the first frame begins that is not whole. */
  function readWhole(bytes: Buffer, from: number, to: number): number {
    let at = from;
    for (;;) {
      const end = endOfFrame(bytes, at, to);
      if (end === null || end > to) return at;
      onFrame(bytes[at]! & OPCODE, bytes, at + headerBytes(bytes[at + 1]!), end);
      at = end;
    }
  }

  function keep(bytes: Buffer, from: number, to: number): void {
    const needed = keptBytes + to - from;
    if (kept.length < needed) {
      const larger = Buffer.allocUnsafe(needed * 2);
      kept.copy(larger, 0, 0, keptBytes);
      kept = larger;
    }
    bytes.copy(kept, keptBytes, from, to);
    keptBytes = needed;
  }

  return {
    read(bytes, length, start = 0) {
      const to = start + length;
      let from = start;
      while (keptBytes > 0 && from < to) {
        const end = endOfFrame(kept, 0, keptBytes);
        const missing = end === null ? HEADER_BYTES_MAX - keptBytes : end - keptBytes;
        const taken = Math.min(Math.max(missing, 1), to - from);
        keep(bytes, from, from + taken);
        from += taken;
        const rest = readWhole(kept, 0, keptBytes);
        // While only the header was missing, more than one frame may have been copied.
        kept.copyWithin(0, rest, keptBytes);
        keptBytes -= rest;
      }
      if (from === to) return;
      const rest = readWhole(bytes, from, to);
      if (rest < to) keep(bytes, rest, to);
    },
  };
}

function headerBytes(lengthByte: number): number {
  if (lengthByte === LENGTH_16_BIT) return 4;
  return lengthByte === LENGTH_64_BIT ? 10 : 2;
}

/** Null while the header is not whole. */
function endOfFrame(bytes: Buffer, at: number, to: number): number | null {
  if (at + 2 > to) return null;
  const lengthByte = bytes[at + 1]!;
  if (lengthByte & MASKED) throw new Error('A server must not mask its frames');
  const header = headerBytes(lengthByte);
  if (at + header > to) return null;
  if (lengthByte === LENGTH_16_BIT) return at + header + bytes.readUInt16BE(at + 2);
  if (lengthByte === LENGTH_64_BIT) return at + header + Number(bytes.readBigUInt64BE(at + 2));
  return at + header + lengthByte;
}

const TEXT = 0x1;
const FINAL = 0x80;

/** A client's frame: masked, as the protocol demands. For the few short packets that a tab sends. */
export function clientFrame(payload: string | Buffer, opcode = TEXT): Buffer {
  const body = Buffer.from(payload as string);
  if (body.length >= LENGTH_16_BIT) throw new Error('Only short packets are sent');
  // A mask of zeros leaves the bytes unchanged.
  const header = Buffer.from([FINAL | opcode, MASKED | body.length, 0, 0, 0, 0]);
  return Buffer.concat([header, body]);
}
