/** What a format of transcripts is: parts of conversations in, pieces of a file out, none of them whole in memory. */
import type { Message } from '../../conversations/message.model.ts';
import type { TranscriptPart } from '../readTranscript.ts';
import type { Language } from '../texts.ts';

export interface FormatOptions {
  language: Language;
  /** The company's. */
  timeZone: string;
  now: Date;
  /** Null when the photo cannot be read or the file has enough of them: then it is named. */
  readPhoto(attachment: Message['attachments'][number]): Promise<Photo | null>;
}

export interface Photo {
  contentType: string;
  bytes: Buffer;
}

export type Format = (
  parts: AsyncIterable<TranscriptPart>,
  options: FormatOptions,
) => AsyncIterable<string | Uint8Array>;
