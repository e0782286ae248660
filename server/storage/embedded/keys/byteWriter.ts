/** A growing buffer of bytes for index keys; `finish` returns a copy. */
export class ByteWriter {
  private bytes = Buffer.allocUnsafe(1024);
  length = 0;

  private room(count: number): void {
    if (this.length + count <= this.bytes.length) return;
    const grown = Buffer.allocUnsafe(Math.max(this.bytes.length * 2, this.length + count));
    this.bytes.copy(grown, 0, 0, this.length);
    this.bytes = grown;
  }

  byte(value: number): void {
    this.room(1);
    this.bytes[this.length++] = value;
  }

  doubleBits(value: number): void {
    this.room(8);
    this.bytes.writeDoubleBE(value, this.length);
    this.length += 8;
  }

  uint32(value: number): void {
    this.room(4);
    this.bytes.writeUInt32BE(value, this.length);
    this.length += 4;
  }

  raw(source: Uint8Array): void {
    this.room(source.length);
    this.bytes.set(source, this.length);
    this.length += source.length;
  }

  /**
   * Text as UTF-8 that sorts by bytes, ends with 0 and is never a prefix of another text: 0 and 1 inside are written
   * as 1,1 and 1,2.
   */
  text(value: string): void {
    this.room(value.length * 6 + 1);
    const start = this.length;
    const end = start + this.bytes.write(value, start, 'utf8');
    let low = 0;
    for (let at = start; at < end; at++) if (this.bytes[at]! < 2) low++;
    if (low > 0) this.escapeLowBytes(start, end, low);
    this.length = end + low;
    this.bytes[this.length++] = 0;
  }

  private escapeLowBytes(start: number, end: number, low: number): void {
    let to = end + low - 1;
    for (let from = end - 1; from >= start; from--) {
      const value = this.bytes[from]!;
      if (value < 2) {
        this.bytes[to--] = value + 1;
        this.bytes[to--] = 1;
      } else this.bytes[to--] = value;
    }
  }

  /** Inverts every byte written since `start`, so that a descending field sorts backwards. */
  invertFrom(start: number): void {
    for (let at = start; at < this.length; at++) this.bytes[at] = ~this.bytes[at]! & 0xff;
  }

  /** Makes the double just written (8 bytes) sort as unsigned bytes: IEEE 754 with the sign bit inverted. */
  orderDouble(start: number): void {
    if (this.bytes[start]! & 0x80) {
      for (let at = start; at < start + 8; at++) this.bytes[at] = ~this.bytes[at]! & 0xff;
    } else this.bytes[start]! |= 0x80;
  }

  reset(): void {
    this.length = 0;
  }

  truncate(length: number): void {
    this.length = length;
  }

  slice(start: number): Buffer {
    return Buffer.from(this.bytes.subarray(start, this.length));
  }

  finish(): Buffer {
    return this.slice(0);
  }
}
