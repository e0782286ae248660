/** One message as a line of a transcript, the same for every format. */
import { localMsAt } from '../../shared/calendar/zonedTime.ts';
import type { StoredForward } from '../conversations/intake/networkEvent.ts';
import type { Message } from '../conversations/message.model.ts';
import { toMessageView } from '../conversations/thread/messageView.ts';
import type { TranscriptConversation } from './readTranscript.ts';
import { eventText, kinds, type Language, texts } from './texts.ts';

export interface TranscriptLine {
  kind: Message['kind'];
  /** By the clocks of the company: the milliseconds at which a UTC clock would show that time. */
  localMs: number;
  time: string;
  author: string;
  text: string;
  /** Names of files; photos among them that the format may show itself. */
  files: { name: string; attachment: Message['attachments'][number] | null }[];
  /** Edited, not sent. */
  marks: string[];
}

export function lineOf(
  message: Message,
  conversation: TranscriptConversation,
  { language, timeZone }: { language: Language; timeZone: string },
): TranscriptLine {
  const word = texts[language];
  const localMs = localMsAt(timeZone, message.sentAt.getTime());
  const view = toMessageView(message);
  const isGone = message.deletedAt !== null;
  return {
    kind: message.kind,
    localMs,
    time: new Date(localMs).toISOString().slice(0, 19).replace('T', ' '),
    author: message.kind === 'reply' ? conversation.clientName : message.authorName,
    text: textOf(message, language),
    files: isGone
      ? []
      : message.attachments.map((attachment, at) => ({
          name: view.attachments[at]?.title ?? (attachment.kind === 'photo' ? word.photo : word.file),
          attachment,
        })),
    marks: [
      ...(message.editedAt && !isGone ? [word.edited] : []),
      ...(message.status === 'failed' ? [word.failed] : []),
    ],
  };
}

function textOf(message: Message, language: Language): string {
  const word = texts[language];
  if (message.system) return eventText(message.system, language);
  if (message.erasedAt) return word.erased;
  if (message.deletedAt) return word.deleted;
  return [message.text, ...message.forwarded.flatMap((each) => forwardedText(each, word.forwarded))]
    .filter((part) => part !== '')
    .join('\n');
}

function forwardedText({ text, forwarded }: StoredForward, word: string): string[] {
  return [`[${word}] ${text}`, ...forwarded.flatMap((each) => forwardedText(each, word))];
}

/** The cells of a line for a table, without its time. */
export function cellsOf(
  line: TranscriptLine,
  conversation: TranscriptConversation,
  language: Language,
): string[] {
  return [
    conversation.clientName,
    conversation.phone ?? '',
    conversation.communityName,
    conversation.network.toUpperCase(),
    [kinds[language][line.kind], ...line.marks].join(', '),
    line.author,
    line.text,
    line.files.map(({ name }) => name).join(', '),
    conversation.id,
  ];
}
