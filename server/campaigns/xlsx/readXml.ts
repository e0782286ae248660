/** Parses the XML of a workbook's part as a stream; holds at most one tag or text in memory. */
import { SaxesParser, type SaxesTagPlain } from 'saxes';
import { UnreadableList } from '../listRow.ts';

/** A cell has at most 32,767 characters. saxes buffers a text or tag until its end, so an endless one is refused. */
const PIECE_CHARS = 1024 * 1024;

export interface XmlHandlers {
  /** Names have no prefix, though some programs write `x:row`. */
  open?(name: string, attributes: Readonly<Record<string, string>>): void;
  text?(text: string): void;
  close?(name: string): void;
}

/** Yields after each parsed chunk, so that the caller can use what its handlers collected. */
export async function* readXml(chunks: AsyncIterable<string>, on: XmlHandlers): AsyncGenerator<void> {
  const parser = new SaxesParser();
  parser.on('error', (error) => {
    throw new UnreadableList('The workbook is not XML', { cause: error });
  });
  if (on.open) parser.on('opentag', (tag: SaxesTagPlain) => on.open?.(localName(tag.name), tag.attributes));
  if (on.text) {
    parser.on('text', (text) => on.text?.(text));
    parser.on('cdata', (text) => on.text?.(text));
  }
  if (on.close) parser.on('closetag', (tag: SaxesTagPlain) => on.close?.(localName(tag.name)));
  let pieceChars = 0;
  for await (const chunk of chunks) {
    const lastBound = Math.max(chunk.lastIndexOf('<'), chunk.lastIndexOf('>'));
    pieceChars = lastBound === -1 ? pieceChars + chunk.length : chunk.length - lastBound;
    if (pieceChars > PIECE_CHARS) throw new UnreadableList('A piece of the workbook has no end');
    parser.write(chunk);
    yield;
  }
  parser.close();
}

export async function readWholeXml(chunks: AsyncIterable<string>, on: XmlHandlers): Promise<void> {
  for await (const _ of readXml(chunks, on));
}

function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}

/** An attribute that may carry a prefix, such as `r:id`. */
export function attributeOf(attributes: Readonly<Record<string, string>>, name: string): string | undefined {
  const key = Object.keys(attributes).find((each) => localName(each) === name && each !== name);
  return attributes[name] ?? (key === undefined ? undefined : attributes[key]);
}
