/** The three formats: what clients wrote does no harm in a browser or a spreadsheet, and nothing of it is lost. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Types } from 'mongoose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readList } from '../../../server/campaigns/readList.ts';
import type { Message } from '../../../server/conversations/message.model.ts';
import { blankDraft, systemDraft } from '../../../server/conversations/thread/thread.ts';
import { csv } from '../../../server/transcripts/formats/csv.ts';
import type { Format, FormatOptions } from '../../../server/transcripts/formats/format.ts';
import { html } from '../../../server/transcripts/formats/html.ts';
import { xlsx, xlsxOf } from '../../../server/transcripts/formats/xlsx.ts';
import type { TranscriptPart } from '../../../server/transcripts/readTranscript.ts';
import { temporaryFolder } from './temporaryFolder.ts';

const folder = temporaryFolder();
beforeAll(folder.make);
afterAll(folder.remove);

const conversation = {
  id: 'c'.repeat(24),
  clientName: '<b>Анна</b>',
  phone: '+79990000001',
  communityName: 'Лавка & мост',
  network: 'vk' as const,
};
const jpeg = Buffer.from([0xff, 0xd8, 0xff, 0xe0]);
const options: FormatOptions = {
  language: 'ru',
  timeZone: 'Europe/Moscow',
  now: new Date('2026-03-01T09:00:00Z'),
  readPhoto: async ({ sourceUrl }) =>
    sourceUrl === 'upload:1' ? { contentType: 'image/jpeg', bytes: jpeg } : null,
};

let seq = 0;
function message(text: string, about: Partial<Message> = {}): Message {
  seq += 1;
  return {
    ...blankDraft(new Date('2026-02-28T21:30:00Z')),
    _id: new Types.ObjectId(),
    companyId: new Types.ObjectId(),
    communityId: new Types.ObjectId(),
    conversationId: new Types.ObjectId(),
    clientId: new Types.ObjectId(),
    peerId: '1',
    seq,
    version: 0,
    kind: 'reply',
    direction: 'in',
    authorType: 'client',
    authorName: 'старое имя',
    text,
    status: 'received',
    ...about,
  };
}

async function* partsOf(messages: Message[]): AsyncGenerator<TranscriptPart> {
  yield { kind: 'conversation', conversation };
  yield { kind: 'messages', conversation, messages };
}

async function made(
  format: Format,
  messages: Message[],
  about: Partial<FormatOptions> = {},
): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of format(partsOf(messages), { ...options, ...about }))
    pieces.push(Buffer.from(piece));
  return Buffer.concat(pieces);
}

async function rowsOf(messages: Message[], format = xlsx): Promise<string[][]> {
  const path = join(folder.path(), `${seq}.xlsx`);
  await writeFile(path, await made(format, messages));
  const rows: string[][] = [];
  for await (const { cells } of readList(path)) rows.push(cells);
  return rows;
}

const odd = [
  '=cmd|calc',
  '+1+1',
  '@SUM(A1)',
  '<script>alert(1)</script>',
  'Строка\nи ещё',
  '‮rtl',
  '👩‍👩‍👧 "кавычки"',
];

describe('HTML', () => {
  it('shows what was written as text, in the company’s time, and asks nobody for anything', async () => {
    const file = (
      await made(
        html,
        odd.map((text) => message(text)),
      )
    ).toString();
    expect(file).not.toMatch(/<script|<b>Анна|https?:\/\/(?!www\.w3)/);
    expect(file).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
    expect(file).toContain('&lt;b&gt;Анна&lt;/b&gt;');
    expect(file).toContain("default-src 'none'; img-src data:");
    expect(file).toContain('<time>2026-03-01 00:30:00</time>');
    expect(file).toContain('Лавка &amp; мост');
    expect(file).toContain('+79990000001');
    expect(file).not.toContain('старое имя');
    expect(file).toMatch(/<\/body><\/html>\n$/);
  });

  it('holds photos itself, and names the files that it cannot hold', async () => {
    const attachment = (sourceUrl: string, kind: 'photo' | 'document', title?: string) =>
      ({ kind, vendorType: kind, sourceUrl, ...(title && { title }) }) as Message['attachments'][number];
    const attachments = [
      attachment('upload:1', 'photo'),
      attachment('upload:2', 'photo'),
      attachment('upload:3', 'document', 'чек <1>.pdf'),
    ];
    const file = (await made(html, [message('', { attachments })])).toString();
    expect(file).toContain(`src="data:image/jpeg;base64,${jpeg.toString('base64')}"`);
    expect(file).toMatch(/<p class="files" dir="auto">Фото, чек .*1.*\.pdf<\/p>/);
    expect(file).not.toContain('upload:');
  });

  it('shows nothing of what was erased or deleted, and says so', async () => {
    const at = new Date();
    const file = (
      await made(html, [
        message('тайна', { deletedAt: at }),
        message('тайна', { deletedAt: at, erasedAt: at }),
      ])
    ).toString();
    expect(file).not.toContain('тайна');
    expect(file).toContain('Сообщение удалено');
    expect(file).toContain('Содержимое удалено');
  });

  it('says who changed what', async () => {
    const line = (event: 'labelled' | 'assigned', rest: object) =>
      message('', {
        ...systemDraft(new Date(), { event, personId: null, personName: 'Иван', ...rest }),
        authorName: 'Мария',
      });
    const file = (
      await made(html, [
        line('assigned', {}),
        line('labelled', { labels: { all: [], added: ['возврат'], removed: ['срочно'] } }),
      ])
    ).toString();
    expect(file).toContain('Назначен ответственный: Иван');
    expect(file).toContain('Изменены метки: + возврат, − срочно');
    expect(file).toContain('<bdi>Мария</bdi>');
  });
});

describe('CSV', () => {
  it('has one line per message, and no cell that a spreadsheet would run', async () => {
    const file = (
      await made(
        csv,
        odd.map((text) => message(text)),
      )
    ).toString();
    expect(file.startsWith('\uFEFF')).toBe(true);
    const lines = file.trim().split('\r\n');
    expect(lines).toHaveLength(odd.length + 1);
    expect(lines[0]).toBe(
      '"Время";"Клиент";"Телефон";"Сообщество";"Соцсеть";"Вид";"Автор";"Текст";"Файлы";"Номер диалога"',
    );
    for (const cell of [`"'=cmd|calc"`, `"'+1+1"`, `"'@SUM(A1)"`, `"👩‍👩‍👧 ""кавычки"""`])
      expect(file).toContain(`;${cell};`);
    expect(lines[1]).toMatch(/^"2026-03-01 00:30:00";"<b>Анна<\/b>";"\+79990000001";"Лавка & мост";"VK"/);
  });
});

describe('XLSX', () => {
  it('is read back by our own reader, with every text as it was and no formula', async () => {
    const texts = [...odd, 'управляющий \u0007 знак', 'половина \ud83d пары'];
    const rows = await rowsOf(texts.map((text) => message(text)));
    expect(rows[0]?.[7]).toBe('Текст');
    const shown = rows.slice(1).map((cells) => cells[7]);
    expect(shown).toEqual([...odd, 'управляющий  знак', 'половина \ufffd пары']);
    expect(rows[1]?.[0]).toMatch(/2026/);
    const bytes = await made(xlsx, [message('=1+1')]);
    expect(bytes.subarray(0, 2).toString()).toBe('PK');
  });

  it('cuts a text that is longer than a cell may be, and goes on in another sheet when one is full', async () => {
    const long = 'я'.repeat(40_000);
    const rows = await rowsOf([message(long)]);
    expect(rows[1]?.[7]).toHaveLength(32_767);
    const many = Array.from({ length: 7 }, (_, at) => message(`№ ${at}`));
    // The reader reads the first sheet.
    expect(await rowsOf(many, xlsxOf(3))).toHaveLength(4);
    const file = (await made(xlsxOf(3), many)).toString('latin1');
    for (const no of [1, 2, 3]) expect(file).toContain(`xl/worksheets/sheet${no}.xml`);
    expect(file).not.toContain('xl/worksheets/sheet4.xml');
  });

  it('ends with the error of its source, instead of half a file', async () => {
    const failing = async function* (): AsyncGenerator<TranscriptPart> {
      yield { kind: 'messages', conversation, messages: [message('раз')] };
      throw new Error('the store is away');
    };
    const read = async () => {
      for await (const _ of xlsx(failing(), options));
    };
    await expect(read()).rejects.toThrow('the store is away');
  });
});
