/**
 * Passes a JPEG through and leaves out what it says about people and places: EXIF with its GPS, XMP, IPTC, comments,
 * thumbnails, and whatever hides behind the end. Not one pixel is written anew. What is needed to show the picture
 * right stays: tables, colour profile, Adobe's colour transform, and the orientation in an EXIF of its own. Cleaning
 * what is clean changes nothing, so the same picture always has the same bytes. One segment is held at most.
 * Markers: ITU-T T.81, annex B; EXIF in APP1: CIPA DC-008, 4.5.4.
 */
import { Transform, type TransformCallback } from 'node:stream';
import type { Sides } from '../../../shared/templates/imageProblems.ts';
import { exifOfOrientation, orientationIn } from './exifOrientation.ts';

const SOI = 0xd8;
const EOI = 0xd9;
const SOS = 0xda;
const APP0 = 0xe0;
const APP1 = 0xe1;
const APP2 = 0xe2;
const APP14 = 0xee;

const isRestart = (marker: number) => marker >= 0xd0 && marker <= 0xd7;
/** C4, C8 and CC among them are tables, not frames. */
const isFrame = (marker: number) => marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
/** Tables that decoding needs. */
const isTable = (marker: number) => [0xc4, 0xcc, 0xdb, 0xdc, 0xdd].includes(marker);

type State = 'beginning' | 'marker' | 'scan' | 'ended' | 'notJpeg' | 'broken';

export class JpegCleaner extends Transform {
  sides: Sides | null = null;
  private state: State = 'beginning';
  private held: Buffer = Buffer.alloc(0);
  private hasOrientation = false;

  /** Known once everything has passed: whether it was a whole JPEG by its structure. */
  get outcome(): 'whole' | 'notJpeg' | 'broken' {
    if (this.state === 'ended') return this.sides ? 'whole' : 'broken';
    return this.state === 'notJpeg' || this.state === 'beginning' ? 'notJpeg' : 'broken';
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.held = this.held.length === 0 ? chunk : Buffer.concat([this.held, chunk]);
    while (this.step()) {
      // One marker or one run of picture data at a time.
    }
    done();
  }

  /** @returns false when it needs more bytes, or will take no more notice of any. */
  private step(): boolean {
    switch (this.state) {
      case 'beginning':
        return this.begin();
      case 'marker':
        return this.readMarker();
      case 'scan':
        return this.readScan();
      default:
        this.held = Buffer.alloc(0);
        return false;
    }
  }

  private begin(): boolean {
    if (this.held.length < 3) return false;
    const isJpeg = this.held[0] === 0xff && this.held[1] === SOI && this.held[2] === 0xff;
    this.state = isJpeg ? 'marker' : 'notJpeg';
    if (isJpeg) this.keep(2);
    return true;
  }

  private readMarker(): boolean {
    if (this.held.length < 2) return false;
    if (this.held[0] !== 0xff) return this.breakOff();
    const marker = this.held[1] as number;
    // Any number of FF may stand before a marker.
    if (marker === 0xff) return this.skip(1);
    if (marker === EOI) {
      this.keep(2);
      this.state = 'ended';
      return true;
    }
    if (marker === 0x01 || isRestart(marker)) return this.skip(2);
    if (marker === 0x00 || marker === SOI) return this.breakOff();
    if (this.held.length < 4) return false;
    const segmentBytes = 2 + this.held.readUInt16BE(2);
    if (segmentBytes < 4) return this.breakOff();
    if (this.held.length < segmentBytes) return false;
    return this.readSegment(marker, segmentBytes);
  }

  private readSegment(marker: number, segmentBytes: number): boolean {
    const body = this.held.subarray(4, segmentBytes);
    if (isFrame(marker)) {
      if (body.length < 6 || this.sides) return this.breakOff();
      const [heightPx, widthPx] = [body.readUInt16BE(1), body.readUInt16BE(3)];
      if (heightPx === 0 || widthPx === 0) return this.breakOff();
      this.sides = { widthPx, heightPx };
      return this.keep(segmentBytes);
    }
    if (marker === SOS) {
      this.state = this.sides ? 'scan' : 'broken';
      return this.keep(segmentBytes);
    }
    if (isTable(marker)) return this.keep(segmentBytes);
    if (marker === APP0 && startsWith(body, 'JFIF\0')) {
      this.push(jfifWithoutThumbnail(body));
      return this.skip(segmentBytes);
    }
    if (marker === APP2 && startsWith(body, 'ICC_PROFILE\0')) return this.keep(segmentBytes);
    if (marker === APP14 && startsWith(body, 'Adobe')) return this.keep(segmentBytes);
    if (marker === APP1) this.keepOrientation(body);
    return this.skip(segmentBytes);
  }

  private keepOrientation(body: Buffer): void {
    const orientation = orientationIn(body);
    if (this.hasOrientation || orientation === null) return;
    this.hasOrientation = true;
    this.push(exifOfOrientation(orientation));
  }

  /** Picture data up to the next marker; in it FF stands before 00 or a restart. */
  private readScan(): boolean {
    let at = this.held.indexOf(0xff);
    while (at !== -1 && at + 1 < this.held.length) {
      const next = this.held[at + 1] as number;
      if (next !== 0x00 && !isRestart(next)) break;
      at = this.held.indexOf(0xff, at + 2);
    }
    if (at === -1) {
      this.keep(this.held.length);
      return false;
    }
    const isCut = at + 1 >= this.held.length;
    if (at > 0) this.keep(at);
    if (isCut) return false;
    this.state = 'marker';
    return true;
  }

  private keep(bytes: number): true {
    this.push(this.held.subarray(0, bytes));
    return this.skip(bytes);
  }

  private skip(bytes: number): true {
    this.held = this.held.subarray(bytes);
    return true;
  }

  private breakOff(): true {
    this.state = 'broken';
    return true;
  }
}

function startsWith(body: Buffer, name: string): boolean {
  return body.subarray(0, name.length).equals(Buffer.from(name, 'latin1'));
}

/** Version, units and density: 12 bytes after the name's 5 minus the thumbnail's size, which becomes 0 by 0. */
function jfifWithoutThumbnail(body: Buffer): Buffer {
  const segment = Buffer.alloc(18);
  segment.writeUInt16BE(0xff00 | APP0, 0);
  segment.writeUInt16BE(16, 2);
  body.copy(segment, 4, 0, 12);
  return segment;
}
