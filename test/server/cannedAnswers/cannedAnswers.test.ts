/** Canned answers through the desk's own HTTP: who sees and changes which, and what others learn of it. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cannedAnswerModels } from '../../../server/cannedAnswers/cannedAnswer.model.ts';
import { limits } from '../../../shared/limits.ts';
import type { CannedImportAnswer, NewCannedAnswer } from '../../../shared/schemas/cannedAnswer.ts';
import type { DeskClient } from '../../support/deskProcess.ts';
import { expectReadByIndex } from '../../support/explained.ts';
import { type Inbox, startDesk, type TestDesk } from '../../support/startDesk.ts';
import { openTestStore, type TestStore } from '../../support/store.ts';
import { until } from '../../support/until.ts';

let store: TestStore;
let desk: TestDesk;
let admin: DeskClient;
let maria: DeskClient;
let anna: DeskClient;
let ivan: DeskClient;
let ivansTab: Inbox;
beforeAll(async () => {
  store = await openTestStore();
  desk = await startDesk({
    env: { MONGODB_URI: store.uri, SECRET_KEY: Buffer.alloc(32, 7).toString('base64') },
  });
  [admin, maria, anna, ivan] = await Promise.all([
    desk.as('admin@example.com'),
    desk.as('maria@example.com'),
    desk.as('anna@example.com'),
    desk.as('ivan@example.com'),
  ]);
  ivansTab = await desk.openInbox(ivan);
});
afterAll(async () => {
  await desk?.[Symbol.asyncDispose]();
  await store?.[Symbol.asyncDispose]();
});

const add = (client: DeskClient, given: Partial<NewCannedAnswer>) =>
  client.call('addCannedAnswer', { body: { isShared: false, folder: '', name: 'x', text: 'x', ...given } });
const namesOf = async (client: DeskClient) =>
  (await client.call('listCannedAnswers')).answers.map(
    ({ name, isShared }) => `${name}${isShared ? '*' : ''}`,
  );
const refused = (call: Promise<unknown>, code: string) =>
  expect(call).rejects.toMatchObject({ message: expect.stringContaining(code) });
const of = (cannedAnswerId: string) => ({ params: { cannedAnswerId } });
const auditLines = async () =>
  (await admin.call('listAudit', { query: { subject: 'cannedAnswer' } })).lines.map(
    ({ action, subject, personName, details }) => [action, subject.name, personName, details],
  );
const toldTo = (tab: Inbox) => tab.changes.filter(({ type }) => type === 'cannedAnswers.changed');

describe('a shared canned answer', () => {
  it('is kept by supervisors and administrators, used by everybody, and named in the audit', async () => {
    await refused(add(anna, { isShared: true, name: 'Возврат' }), 'forbidden');
    const made = await add(maria, {
      isShared: true,
      folder: 'Оплата',
      name: ' Возврат  денег ',
      text: '{Приветствие}, {имя клиента}!\r\nВернём по заказу {order number}',
    });
    expect(made).toMatchObject({
      name: 'Возврат денег',
      text: '{greeting}, {clientFirstName}!\nВернём по заказу {orderNumber}',
      uses: 0,
      version: 0,
    });
    expect(await namesOf(ivan)).toEqual(['Возврат денег*']);
    const change = { version: 0, isShared: true, folder: 'оплата', name: 'Возврат', text: 'Вернём' };
    await refused(anna.call('changeCannedAnswer', { ...of(made.id), body: change }), 'notFound');
    await refused(anna.call('deleteCannedAnswer', of(made.id)), 'notFound');
    const changed = await admin.call('changeCannedAnswer', { ...of(made.id), body: change });
    // The folder is the same one, as it was spelled first.
    expect(changed).toMatchObject({ name: 'Возврат', text: 'Вернём', folder: 'Оплата', version: 1 });
    await refused(maria.call('changeCannedAnswer', { ...of(made.id), body: change }), 'cannedChanged');
    await maria.call('deleteCannedAnswer', of(made.id));
    await refused(maria.call('deleteCannedAnswer', of(made.id)), 'notFound');
    expect(await namesOf(ivan)).toEqual([]);
    expect((await auditLines()).toReversed()).toEqual([
      ['cannedAnswer.added', 'Возврат денег', expect.any(String), { folder: 'Оплата' }],
      [
        'cannedAnswer.changed',
        'Возврат',
        expect.any(String),
        { formerName: 'Возврат денег', isTextNew: true },
      ],
      ['cannedAnswer.deleted', 'Возврат', expect.any(String), { folder: 'Оплата' }],
    ]);
    await until('the colleague to be told', () => toldTo(ivansTab).length === 3);
    expect(toldTo(ivansTab)[0]).toEqual({ type: 'cannedAnswers.changed', personId: null });
  });

  it('has a name of its own, whatever the case and ё', async () => {
    await add(maria, { isShared: true, name: 'Ещё вопросы' });
    await refused(add(admin, { isShared: true, name: 'еще  ВОПРОСЫ' }), 'cannedNameTaken');
    const other = await add(admin, { isShared: true, name: 'Вопросы' });
    const body = { version: 0, isShared: true, folder: '', name: 'Ещё вопросы', text: 'x' };
    await refused(admin.call('changeCannedAnswer', { ...of(other.id), body }), 'cannedNameTaken');
    // Each person may have it among their own.
    await add(anna, { name: 'Ещё вопросы' });
    await add(ivan, { name: 'Ещё вопросы' });
  });

  it.each<[string, Partial<NewCannedAnswer>]>([
    ['a name that nobody sees', { name: '\u200b' }],
    ['a text that nobody sees', { text: ' \u2800\n' }],
    ['a name that is too long', { name: 'я'.repeat(limits.cannedNameChars + 1) }],
    ['a text that is too long', { text: 'я'.repeat(limits.cannedTextChars + 1) }],
    ['a folder that is too long', { folder: 'я'.repeat(limits.cannedFolderChars + 1) }],
    ['a broken character', { text: 'Готово \ufffd' }],
  ])('is refused with %s', async (_what, given) => {
    await refused(add(maria, { isShared: true, name: 'Новый', ...given }), 'badRequest');
  });
});

describe("a person's own canned answer", () => {
  it('is read, changed and deleted by nobody else, and no other tab hears of it', async () => {
    const heard = toldTo(ivansTab).length;
    const own = await add(anna, { name: 'Моя подпись' });
    const body = { version: 0, isShared: false, folder: '', name: 'Чужая', text: 'x' };
    for (const other of [ivan, maria, admin]) {
      expect(await namesOf(other)).not.toContain('Моя подпись');
      await refused(other.call('changeCannedAnswer', { ...of(own.id), body }), 'notFound');
      await refused(other.call('deleteCannedAnswer', of(own.id)), 'notFound');
    }
    expect(await namesOf(anna)).toContain('Моя подпись');
    // Told after it, so it would have come before.
    await add(ivan, { name: 'Последний' });
    await until('the own change', () => toldTo(ivansTab).length > heard);
    expect(toldTo(ivansTab).slice(heard)).toEqual([
      { type: 'cannedAnswers.changed', personId: expect.any(String) },
    ]);
    expect((await auditLines()).map(([, name]) => name)).not.toContain('Моя подпись');
  });

  it('becomes shared when a supervisor says so, and never the other way round', async () => {
    const own = await add(maria, { name: 'Черновик' });
    const body = { version: 0, isShared: true, folder: '', name: 'Для всех', text: 'x' };
    const annas = await add(anna, { name: 'Тоже черновик' });
    await refused(anna.call('changeCannedAnswer', { ...of(annas.id), body }), 'forbidden');
    expect(await maria.call('changeCannedAnswer', { ...of(own.id), body })).toMatchObject({ isShared: true });
    expect(await namesOf(anna)).toContain('Для всех*');
    expect((await auditLines())[0]?.slice(0, 2)).toEqual(['cannedAnswer.added', 'Для всех']);
    const back = { ...body, version: 1, isShared: false };
    expect(await maria.call('changeCannedAnswer', { ...of(own.id), body: back })).toMatchObject({
      isShared: true,
    });
  });

  it('stays while its person is switched off, and is theirs again afterwards', async () => {
    const id = (await admin.call('listPeople')).people.find(({ email }) => email === 'ivan@example.com')!.id;
    const before = await namesOf(ivan);
    await admin.call('changePerson', { params: { personId: id }, body: { isActive: false } });
    await refused(ivan.call('listCannedAnswers'), 'notSignedIn');
    await admin.call('changePerson', { params: { personId: id }, body: { isActive: true } });
    ivan = await desk.as('ivan@example.com');
    expect(await namesOf(ivan)).toEqual(before);
  });
});

describe('a folder', () => {
  it('is renamed with all its answers, joined with another, and left', async () => {
    for (const [name, folder] of [
      ['Раз', 'Новая'],
      ['Два', 'Новая'],
      ['Три', 'Другая'],
    ])
      await add(anna, { name, folder });
    const rename = (client: DeskClient, from: string, to: string, isShared = false) =>
      client.call('renameCannedFolder', { body: { isShared, from, to } });
    await refused(rename(ivan, 'Новая', 'Моя'), 'notFound');
    await refused(rename(anna, 'Новая', 'Моя', true), 'forbidden');
    // Joined with the folder that is there, as it is spelled.
    expect(await rename(anna, 'Новая', 'другая')).toEqual({ answers: 2 });
    expect(await rename(anna, 'Другая', '')).toEqual({ answers: 3 });
    const { answers } = await anna.call('listCannedAnswers');
    expect(
      answers.filter(({ name }) => ['Раз', 'Два', 'Три'].includes(name)).map((each) => each.folder),
    ).toEqual(['', '', '']);
  });
});

async function importFile(client: DeskClient, file: Buffer | string, whose: 'shared' | 'own' = 'own') {
  const form = new FormData();
  form.append('file', new Blob([new Uint8Array(Buffer.from(file))]), 'answers.csv');
  const response = await fetch(`${desk.url}/api/canned-answers/import?whose=${whose}`, {
    method: 'POST',
    headers: { cookie: client.cookie, Origin: desk.url },
    body: form,
  });
  const json = (await response.json()) as { error?: { code: string } };
  if (json.error) throw new Error(json.error.code);
  return json as unknown as CannedImportAnswer;
}

describe('an imported file', () => {
  it('adds what is new, replaces what has the name, and changes nothing when it comes again', async () => {
    await add(maria, { isShared: true, name: 'Сроки', text: 'Три дня' });
    const file =
      '\ufeffПапка;Название;Текст;Использован\r\n' +
      '"Доставка";"Сроки";"Два дня, {имя клиента}.\nЗаказ {номер заказа}";"7"\r\n' +
      '"доставка";"Цена";"\'=300 ₽";"0"\r\n';
    const none = { problems: [], problemCount: 0 };
    await refused(importFile(anna, file, 'shared'), 'forbidden');
    expect(await importFile(maria, file, 'shared')).toEqual({ added: 1, replaced: 1, same: 0, ...none });
    expect(await importFile(maria, file, 'shared')).toEqual({ added: 0, replaced: 0, same: 2, ...none });
    const { answers } = await anna.call('listCannedAnswers');
    expect(answers.filter(({ folder }) => folder === 'Доставка')).toMatchObject([
      { name: 'Сроки', text: 'Два дня, {clientFirstName}.\nЗаказ {orderNumber}', isShared: true, version: 1 },
      { name: 'Цена', text: '=300 ₽', isShared: true },
    ]);
    expect((await auditLines())[1]).toEqual([
      'cannedAnswer.imported',
      'answers.csv',
      expect.any(String),
      { added: 1, replaced: 1 },
    ]);
  });

  it('is read in the encoding and with the delimiter of its spreadsheet', async () => {
    // «Название,Текст» and «Тест,Да» in windows-1251.
    const file = Buffer.from('cde0e7e2e0ede8e52cd2e5eaf1f20d0ad2e5f1f22cc4e00d0a', 'hex');
    expect(await importFile(ivan, file)).toMatchObject({ added: 1 });
    expect(await namesOf(ivan)).toContain('Тест');
  });

  it('imports nothing when rows are wrong, and names each of them', async () => {
    const before = await namesOf(anna);
    const file = [
      'Name,Text,Folder',
      'Good,Text,',
      ',Text,',
      'good,Again,',
      `Long,${'x'.repeat(limits.cannedTextChars + 1)},`,
      `${'n'.repeat(limits.cannedNameChars + 1)},,${'f'.repeat(limits.cannedFolderChars + 1)}`,
    ].join('\n');
    expect(await importFile(anna, file)).toEqual({
      added: 0,
      replaced: 0,
      same: 0,
      problemCount: 6,
      problems: [
        { row: 3, code: 'nameMissing' },
        { row: 4, code: 'nameTwice' },
        { row: 5, code: 'textTooLong', limit: limits.cannedTextChars, actual: limits.cannedTextChars + 1 },
        { row: 6, code: 'textMissing' },
        { row: 6, code: 'nameTooLong', limit: limits.cannedNameChars, actual: limits.cannedNameChars + 1 },
        {
          row: 6,
          code: 'folderTooLong',
          limit: limits.cannedFolderChars,
          actual: limits.cannedFolderChars + 1,
        },
      ],
    });
    expect(await namesOf(anna)).toEqual(before);
  });

  it('says what is missing in a file of something else', async () => {
    expect((await importFile(anna, 'Телефон;Имя\n+79990000001;Анна')).problems).toEqual([
      { row: 1, code: 'columnsMissing' },
    ]);
    await refused(importFile(anna, 'Название;Текст\n'), 'listEmpty');
    await refused(importFile(anna, Buffer.from('d0cf11e0a1b11ae10000', 'hex')), 'listEncrypted');
  });

  it('keeps within the limit of its scope', async () => {
    const rows = Array.from({ length: limits.cannedAnswersOwn + 1 }, (_, at) => `Имя ${at};Текст`);
    const file = (count: number) => ['Название;Текст', ...rows.slice(0, count)].join('\n');
    expect((await importFile(admin, file(limits.cannedAnswersOwn + 1))).problems).toEqual([
      { row: limits.cannedAnswersOwn + 2, code: 'tooMany', limit: limits.cannedAnswersOwn },
    ]);
    expect(await importFile(admin, file(limits.cannedAnswersOwn))).toMatchObject({
      added: limits.cannedAnswersOwn,
    });
    await refused(add(admin, { name: 'Ещё один' }), 'cannedTooMany');
    expect((await importFile(admin, 'Название;Текст\nЕщё один;Текст')).problems).toEqual([
      { row: 2, code: 'tooMany', limit: limits.cannedAnswersOwn },
    ]);
  });
});

it('reads each scope by its index, in the order of the list', async () => {
  const { cannedAnswers } = cannedAnswerModels(store.connection);
  const { companyId } = (await cannedAnswers.findOne({}).lean())!;
  const count = await cannedAnswers.countDocuments({ companyId, ownerId: null });
  expect(count).toBeGreaterThan(2);
  await expectReadByIndex(cannedAnswers.find({ companyId, ownerId: null }).sort({ nameKey: 1 }), count);
});
