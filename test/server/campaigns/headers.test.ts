/** Headers may be a client: they are sealed as rows are, and so are those that earlier versions left unsealed. */
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import type { Campaign } from '../../../server/campaigns/campaign.model.ts';
import { guessHead, guessPhonesAt } from '../../../server/campaigns/head.ts';
import { importList } from '../../../server/campaigns/importList.ts';
import type { ListRow } from '../../../server/campaigns/listRow.ts';
import { sealOldHeaders } from '../../../server/campaigns/sealOldHeaders.ts';
import { type CampaignFixture, startCampaigns } from './campaignFixture.ts';

let desk: CampaignFixture;
beforeAll(async () => {
  desk = await startCampaigns();
});
afterEach(() => desk.asUsual());
afterAll(() => desk?.[Symbol.asyncDispose]());

async function imported(rows: string[][]): Promise<Campaign> {
  const read = async function* (): AsyncGenerator<ListRow> {
    for (const [at, cells] of rows.entries()) yield { row: at + 1, cells };
  };
  const list = { fileName: 'список.csv', rows: read() };
  const outcome = await importList({ ...desk.deps, blockRows: 1 }, list, {
    id: 'p',
    name: 'Мария',
    communityIds: 'all',
  });
  if (outcome.kind === 'refused') throw new Error(outcome.code);
  return outcome.mailing;
}
const stored = async () => JSON.stringify(await desk.deps.campaigns.collection.find({}).toArray());

it('stores headers sealed, whatever they hold, and shows them again', async () => {
  const campaign = await imported([
    ['Телефон', 'Секретова Мария'],
    ['+79997776655', 'Пётр'],
  ]);
  expect(await stored()).not.toMatch(/Секретова|Телефон/);
  expect((await desk.view(campaign)).headers).toEqual(['Телефон', 'Секретова Мария']);
});

it('seals the headers of earlier versions, and leaves erased ones blank', async () => {
  const [named, erased] = await Promise.all(
    [1, 2].map(() =>
      imported([
        ['Телефон', 'Имя'],
        ['+79997776655', 'Пётр'],
      ]),
    ),
  );
  const { campaigns } = desk.deps;
  const asBefore = { $unset: { headersSealed: 1, headRows: 1 } } as const;
  await campaigns.updateOne(
    { _id: named!._id },
    { ...asBefore, $set: { headers: ['+79997776655', 'Секретова Мария'] } },
  );
  await campaigns.updateOne({ _id: erased!._id }, { ...asBefore, $set: { headers: ['', ''] } });
  expect((await desk.view(named!)).headers).toEqual(['', 'Секретова Мария']);
  await sealOldHeaders(desk.deps);
  await sealOldHeaders(desk.deps);
  expect(await stored()).not.toMatch(/Секретова|9997776655/);
  // Its head is not stored among the rows, so it cannot be chosen.
  expect(await desk.view(named!)).toMatchObject({ headers: ['', 'Секретова Мария'], head: null });
  expect(await desk.view(erased!)).toMatchObject({ headers: ['', ''], head: null });
});

const phone = '8 916 123-45-67';
it.each<[what: string, rows: string[][], head: object, phonesAt: number | null]>([
  [
    'headers',
    [
      ['Имя', 'Контакт'],
      ['Мария', phone],
    ],
    { rows: 1, isAsked: false },
    1,
  ],
  [
    'no headers',
    [
      [phone, 'Мария'],
      [phone, 'Пётр'],
    ],
    { rows: 0, isAsked: true },
    0,
  ],
  ['one column', [['Контакты'], [phone], [phone]], { rows: 1, isAsked: false }, 0],
  ['titles', [['Отчёт', ''], ['ООО'], ['Имя', 'Тел'], ['Мария', phone]], { rows: 3, isAsked: false }, 1],
  ['a title, and no headers', [['Отчёт'], ['Мария', phone], ['Пётр', phone]], { rows: 1, isAsked: true }, 1],
  ['a lone phone above a table', [[phone], ['Мария', phone]], { rows: 0, isAsked: true }, 0],
  [
    'no phones',
    [
      ['a', 'b'],
      ['1', '2'],
    ],
    { rows: 1, isAsked: false },
    null,
  ],
])('finds the head and the phones of a list with %s', (_, rows, head, phonesAt) => {
  expect(guessHead(rows)).toEqual(head);
  expect(guessPhonesAt(rows.slice(guessHead(rows).rows))).toBe(phonesAt);
});
