/**
 * Reads a picture's orientation from an EXIF segment, and builds an EXIF segment with the orientation alone (CIPA
 * DC-008).
 */

const ORIENTATION_TAG = 0x0112;
const SHORT = 3;
const EXIF = Buffer.from('Exif\0\0', 'latin1');

/** 2 to 8; null when the picture needs no turning or does not say. @param body of an APP1 segment. */
export function orientationIn(body: Buffer): number | null {
  if (!body.subarray(0, EXIF.length).equals(EXIF)) return null;
  const tiff = body.subarray(EXIF.length);
  if (tiff.length < 10) return null;
  const order = tiff.toString('latin1', 0, 2);
  if (order !== 'II' && order !== 'MM') return null;
  const isLittle = order === 'II';
  const short = (at: number) => (isLittle ? tiff.readUInt16LE(at) : tiff.readUInt16BE(at));
  const directoryAt = isLittle ? tiff.readUInt32LE(4) : tiff.readUInt32BE(4);
  if (directoryAt + 2 > tiff.length) return null;
  const entries = short(directoryAt);
  for (let index = 0; index < entries; index += 1) {
    const at = directoryAt + 2 + index * 12;
    if (at + 12 > tiff.length) return null;
    if (short(at) !== ORIENTATION_TAG || short(at + 2) !== SHORT) continue;
    const orientation = short(at + 8);
    return orientation >= 2 && orientation <= 8 ? orientation : null;
  }
  return null;
}

/** A whole APP1 segment, marker included: one directory with one entry. */
export function exifOfOrientation(orientation: number): Buffer {
  const tiff = Buffer.alloc(26);
  tiff.write('MM', 0, 'latin1');
  tiff.writeUInt16BE(42, 2);
  tiff.writeUInt32BE(8, 4);
  tiff.writeUInt16BE(1, 8);
  tiff.writeUInt16BE(ORIENTATION_TAG, 10);
  tiff.writeUInt16BE(SHORT, 12);
  tiff.writeUInt32BE(1, 14);
  tiff.writeUInt16BE(orientation, 18);
  const head = Buffer.alloc(4);
  head.writeUInt16BE(0xffe1, 0);
  head.writeUInt16BE(2 + EXIF.length + tiff.length, 2);
  return Buffer.concat([head, EXIF, tiff]);
}
