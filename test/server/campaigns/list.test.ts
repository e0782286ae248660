/** A supervisor's campaign, from the file to the phones. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CampaignView, campaignView } from '../../../shared/schemas/campaign.ts';
import type { DeskClient } from '../../support/deskProcess.ts';
import { annaPhone, type ServiceDesk, startServiceDesk } from '../../support/serviceDesk.ts';
import { until } from '../../support/until.ts';

let desk: ServiceDesk;
let supervisor: DeskClient;
beforeAll(async () => {
  desk = await startServiceDesk();
  supervisor = await desk.as('maria@example.com');
});
afterAll(() => desk?.[Symbol.asyncDispose]());

async function upload(content: string | Uint8Array<ArrayBuffer>, client = supervisor): Promise<Response> {
  const form = new FormData();
  form.append('file', new Blob([content]), 'заказы.csv');
  return fetch(`${desk.url}/api/mailings`, {
    method: 'POST',
    headers: { cookie: client.cookie, Origin: desk.url },
    body: form,
  });
}
const uploaded = async (content: string | Uint8Array<ArrayBuffer>) => {
  const answer = await upload(content);
  const body: unknown = await answer.json();
  if (answer.status !== 201) throw new Error(`The upload was refused: ${JSON.stringify(body)}`);
  return campaignView.parse(body);
};
const of = ({ id }: CampaignView) => ({ params: { mailingId: id } });
const untilState = (campaign: CampaignView, state: string) =>
  until(`the list to be ${state}`, async () => {
    const now = await supervisor.call('readMailing', of(campaign));
    return now.state === state && now;
  });
const match = (campaign: CampaignView) =>
  supervisor.call('matchColumns', {
    ...of(campaign),
    body: { template: 'orderReady', phoneColumn: 0, variables: { order: 1 } },
  });

describe('the first row of a list', () => {
  const noHeader = '+79990000001;Секретова Мария;1\n+79990000002;Пётр;2\n';
  const columns = { template: 'orderReady', phoneColumn: 0, variables: { order: 2 } };

  it('is asked about when it holds a phone, and is not lost', async () => {
    const campaign = await uploaded(noHeader);
    expect(campaign).toMatchObject({
      headers: ['', '', ''],
      head: { rows: 0, isAsked: true },
      rows: 2,
      guessedPhoneColumn: 0,
    });
    await expect(supervisor.call('matchColumns', { ...of(campaign), body: columns })).rejects.toThrow(
      'headRows',
    );
    await supervisor.call('matchColumns', { ...of(campaign), body: { ...columns, headRows: 0 } });
    const ready = await untilState(campaign, 'ready');
    expect(ready).toMatchObject({ head: { rows: 0, isAsked: false }, checked: { rows: 2, fit: 2 } });
  });

  it('is a header if a person says so, and its phone is not shown', async () => {
    const campaign = await uploaded(noHeader);
    await supervisor.call('matchColumns', { ...of(campaign), body: { ...columns, headRows: 1 } });
    expect(await untilState(campaign, 'ready')).toMatchObject({
      headers: ['', 'Секретова Мария', '1'],
      rows: 1,
      checked: { rows: 1, fit: 1 },
    });
    // The person changes their mind: the check begins again, and nobody is a duplicate of themselves.
    await supervisor.call('matchColumns', { ...of(campaign), body: { ...columns, headRows: 0 } });
    expect(await untilState(campaign, 'ready')).toMatchObject({ rows: 2, checked: { rows: 2, fit: 2 } });
    for (const headRows of [2, 3])
      await expect(
        supervisor.call('matchColumns', { ...of(campaign), body: { ...columns, headRows } }),
      ).rejects.toThrow('headRows');
  });

  it('is a title when it stands above a table alone', async () => {
    const title = 'Клиенты на 25.11.2026;;\n\nТелефон;Имя;Заказ\n+79990000001;Мария;1\n';
    const campaign = await uploaded(title);
    expect(campaign).toMatchObject({
      headers: ['Телефон', 'Имя', 'Заказ'],
      head: { rows: 2, isAsked: false },
      rows: 1,
    });
    await supervisor.call('matchColumns', { ...of(campaign), body: columns });
    expect((await untilState(campaign, 'ready')).checked).toMatchObject({ rows: 1, fit: 1 });
  });
});

describe('a list of clients', () => {
  it('is validated first, then sent, with each refused row shown and downloadable', async () => {
    const campaign = await uploaded(
      `Телефон;Заказ;Заметка\r\n${annaPhone};№ 1;"=cmd()"\r\n8 (999) 000-00-02;№ 2;\r\n\r\nпусто;№ 3;"=1+1"\r\n79990000003;;x\r\n`,
    );
    expect(campaign).toMatchObject({
      fileName: 'заказы.csv',
      state: 'uploaded',
      headers: ['Телефон', 'Заказ', 'Заметка'],
      rows: 4,
      guessedPhoneColumn: 0,
    });
    await match(campaign);
    const ready = await untilState(campaign, 'ready');
    expect(ready.checked).toMatchObject({ rows: 4, fit: 2 });
    expect(ready.taken.rows).toBe(0);
    const { rows } = await supervisor.call('listRefusedRows', of(campaign));
    expect(rows.map(({ row, code }) => [row, code])).toEqual([
      [5, 'phoneInvalid'],
      [6, 'variableMissing'],
    ]);
    const file = await fetch(`${desk.url}/media/mailings/${campaign.id}/refused.csv`, {
      headers: { cookie: supervisor.cookie },
    });
    const csv = await file.text();
    expect(csv.split('\r\n').slice(1, 2)).toEqual([
      `"пусто";"№ 3";"'=1+1";"5";"Это не номер телефона в формате E.164"`,
    ]);

    const { lines } = await desk.admin.call('listRegister', { query: {} });
    expect(lines.find(({ action }) => action === 'exported')).toMatchObject({
      clientId: null,
      details: { what: 'refusedRows', mailingId: campaign.id, rows: 2 },
    });

    await supervisor.call('moveMailing', { ...of(campaign), body: { move: 'start' } });
    const done = await untilState(campaign, 'done');
    expect(done.taken).toMatchObject({ rows: 4, fit: 2 });
    const shown = await until('the phone to have it', () =>
      desk.sandbox.control
        .gatewayMessages({ last: 200 })
        .find(({ text }) => text.includes('Заказ № 1 готов')),
    );
    expect(shown).toBeTruthy();
    const counted = await until('statuses to be counted', async () => {
      const { statuses } = await supervisor.call('readMailing', of(campaign));
      return (statuses.delivered ?? 0) + (statuses.read ?? 0) > 0 && statuses;
    });
    expect(Object.values(counted).reduce((sum, count) => sum + count, 0)).toBe(2);
    await expect(
      supervisor.call('moveMailing', { ...of(campaign), body: { move: 'start' } }),
    ).rejects.toThrow('mailingNotNow');
  });

  it('may be in windows-1251 and separated by tabs', async () => {
    // «Имя», «Телефон» as Russian spreadsheets write them.
    const bytes = Uint8Array.from([
      ...[0xc8, 0xec, 0xff, 0x09, 0xd2, 0xe5, 0xeb, 0xe5, 0xf4, 0xee, 0xed, 0x0a],
      ...new TextEncoder().encode('A\t+79990000001\n'),
    ]);
    expect(await uploaded(bytes)).toMatchObject({
      headers: ['Имя', 'Телефон'],
      guessedPhoneColumn: 1,
      rows: 1,
    });
  });

  it('refuses columns that the file does not have', async () => {
    const campaign = await uploaded('phone,order\n+79990000001,1\n');
    const matched = (phoneColumn: number, order: number) =>
      supervisor.call('matchColumns', {
        ...of(campaign),
        body: { template: 'orderReady', phoneColumn, variables: { order } },
      });
    await expect(matched(2, 1)).rejects.toThrow('phoneColumn');
    await expect(matched(0, 2)).rejects.toThrow('variables');
  });

  it('has a row for each line, whatever the line ends', async () => {
    const mixed = 'phone,order\r\n+79990000001,1\n+79990000002,2\n+79990000003,"a\r\nb"\r\n';
    expect(await uploaded(mixed)).toMatchObject({ headers: ['phone', 'order'], rows: 3 });
    expect(await uploaded('phone,order\r+79990000001,1\r+79990000002,2\r')).toMatchObject({ rows: 2 });
  });

  it('may declare its format as spreadsheets do: UTF-16, or a first line that names the delimiter', async () => {
    const text = 'Имя\tТелефон\r\nАнна\t+79990000001\r\n';
    const utf16 = Uint8Array.from([0xff, 0xfe, ...new Uint8Array(Buffer.from(text, 'utf16le'))]);
    expect(await uploaded(utf16)).toMatchObject({ headers: ['Имя', 'Телефон'], rows: 1 });
    const declared = 'sep=;\r\nФИО, полностью, с отчеством;Телефон\r\nА, Б, В;+79990000001\r\n';
    expect(await uploaded(declared)).toMatchObject({
      headers: ['ФИО, полностью, с отчеством', 'Телефон'],
      rows: 1,
    });
  });

  it('is refused with a code when it is not a list, or has no rows', async () => {
    for (const [content, code] of [
      ['Телефон;Заказ\n', 'listEmpty'],
      ['PK\0\0\0', 'listUnreadable'],
      ['Телефон\n"без конца', 'listUnreadable'],
    ] as const) {
      const answer = await upload(content);
      expect([answer.status, (await answer.json()).error.code]).toEqual([422, code]);
    }
  });

  it('waits for its start time, and can be cancelled before it', async () => {
    const campaign = await uploaded(`phone,order\n${annaPhone},7\n`);
    await match(campaign);
    await untilState(campaign, 'ready');
    const startAt = new Date(Date.now() + 3600_000).toISOString();
    const waiting = await supervisor.call('moveMailing', {
      ...of(campaign),
      body: { move: 'start', startAt },
    });
    expect(waiting).toMatchObject({ state: 'scheduled', startAt });
    await supervisor.call('moveMailing', { ...of(campaign), body: { move: 'cancel' } });
    expect((await untilState(campaign, 'cancelled')).taken.rows).toBe(0);
  });

  it('is refused row by row where a phone has no country code, or a character could not be read', async () => {
    const broken = new TextEncoder().encode('+79990000004;№ 4;ок\n');
    broken[broken.length - 3] = 0xd0;
    const campaign = await uploaded(
      Uint8Array.from([
        ...new TextEncoder().encode(
          '\ufeffТелефон;Заказ;Заметка\n9990000001;№ 1;\n375291234567;№ 2;\n9101234567.0;№ 3;\n',
        ),
        ...broken,
        ...new TextEncoder().encode('+79990000003;№ '),
        0xd1,
        ...new TextEncoder().encode('\n8 (999) 000‑00‑01;№ 6\n'),
      ]),
    );
    await match(campaign);
    const ready = await untilState(campaign, 'ready');
    const { rows } = await supervisor.call('listRefusedRows', of(campaign));
    expect(rows.map(({ row, code, reason }) => [row, code, reason.ru])).toEqual([
      [3, 'phoneNoCountryCode', 'Нет кода страны: запишите номер с плюсом, например +375 29 123-45-67'],
      [4, 'phoneNoCountryCode', 'Нет кода страны: запишите номер с плюсом, например +375 29 123-45-67'],
      [
        6,
        'textUnreadable',
        'В строке есть символы, которые не удалось прочитать: исправьте их и сохраните файл в UTF-8',
      ],
      [7, 'duplicateInList', 'Этот номер уже был в строке 2'],
    ]);
    // The broken character of row 5 is in a column that is not sent.
    expect(ready.checked).toMatchObject({ rows: 6, fit: 2 });
  });

  it('finds a phone of the block list and a duplicate in any spelling', async () => {
    const { admin } = desk;
    const blocked = await admin.call('blockPhone', {
      body: { phone: '\u202d8 (999) 000‑55‑55\u202c', reason: '' },
    });
    const found = await admin.call('findBlockedPhone', { body: { phone: "'9990005555" } });
    expect(found.found?.id).toBe(blocked.id);
    const campaign = await uploaded(
      'Телефон;Заказ\n9990005555;№ 1\n\u2066+7 999 0005556\u2069;№ 2\n79990005556;№ 3\n',
    );
    await match(campaign);
    await untilState(campaign, 'ready');
    const { rows } = await supervisor.call('listRefusedRows', of(campaign));
    expect(rows.map(({ row, code }) => [row, code])).toEqual([
      [2, 'clientBlocked'],
      [4, 'duplicateInList'],
    ]);
  });

  it('shows its first rows as they were read, and registers that they were seen', async () => {
    const campaign = await uploaded('Список;\n;\nТелефон;Заказ\n9990000001;№ 1\nнет;№ 2\n');
    expect(campaign).toMatchObject({
      headers: ['Телефон', 'Заказ'],
      head: { rows: 2, isAsked: false },
      rows: 2,
    });
    await match(campaign);
    await untilState(campaign, 'ready');
    expect(await supervisor.call('readFirstRows', of(campaign))).toEqual({
      rows: [
        { index: 0, row: 1, cells: ['Список', ''], phone: null },
        { index: 1, row: 3, cells: ['Телефон', 'Заказ'], phone: null },
        { index: 2, row: 4, cells: ['9990000001', '№ 1'], phone: '+79990000001' },
        { index: 3, row: 5, cells: ['нет', '№ 2'], phone: null },
      ],
    });
    const line = await until('the view to be registered', async () => {
      const { lines } = await desk.admin.call('listRegister', { query: {} });
      return lines.find(({ seen }) => seen.includes('mailingRows'));
    });
    expect(line).toMatchObject({ action: 'seen', clientId: null, details: { rows: 4 } });
  });

  it('says a date as clients read it, and which form a wrong one lacks', async () => {
    await desk.approve('pickUp', {
      body: 'Заберите заказ {order} до {until}',
      variables: [
        { name: 'order', type: 'text', maxLength: 20, example: '№ 7' },
        { name: 'until', type: 'date', maxLength: 10, example: '25.11.2026' },
      ],
      buttons: [],
    });
    const dates = ['2026-11-25', '25.11.2026 0:00:00', '5.3.2027', '25/11/2026', '31.02.2027'];
    const rows = dates.map((date, at) => `+799900070${at}0;№ ${at} от 2026-11-01;${date}\n`);
    const campaign = await uploaded(`Телефон;Заказ;Дата\n${rows.join('')}`);
    await supervisor.call('matchColumns', {
      ...of(campaign),
      body: { template: 'pickUp', phoneColumn: 0, variables: { order: 1, until: 2 } },
    });
    await untilState(campaign, 'ready');
    const { rows: refused } = await supervisor.call('listRefusedRows', of(campaign));
    expect(refused.map(({ row, reason }) => [row, reason.ru])).toEqual(
      [5, 6].map((row) => [row, 'Значение переменной until неверного формата: нужна дата в виде ДД.ММ.ГГГГ']),
    );
    await supervisor.call('moveMailing', { ...of(campaign), body: { move: 'start' } });
    await untilState(campaign, 'done');
    const texts = await until('the gateway to have them', () => {
      const sent = desk.sandbox.control
        .gatewayMessages({ last: 200 })
        .flatMap(({ text }) => (text.startsWith('Заберите') ? [text] : []));
      // A message that does not reach a phone by VK is tried by Odnoklassniki, too.
      const different = [...new Set(sent)];
      return different.length === 3 && different.sort();
    });
    expect(texts).toEqual([
      'Заберите заказ № 0 от 2026-11-01 до 25.11.2026',
      'Заберите заказ № 1 от 2026-11-01 до 25.11.2026',
      'Заберите заказ № 2 от 2026-11-01 до 05.03.2027',
    ]);
  });

  it('is for supervisors only', async () => {
    const agent = await desk.as('anna@example.com');
    expect((await upload('phone\n+79990000001\n', agent)).status).toBe(403);
    await expect(agent.call('listMailings')).rejects.toThrow('forbidden');
  });
});
