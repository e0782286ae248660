import { Types } from 'mongoose';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type AuditLine, auditModel } from '../../../server/audit/audit.ts';
import { readAudit } from '../../../server/audit/readAudit.ts';
import { openTestStore, type TestStore } from '../../support/store.ts';

const companyId = new Types.ObjectId();
const anna = 'a'.repeat(24);
let store: TestStore;
let deps: Parameters<typeof readAudit>[0];
beforeAll(async () => {
  store = await openTestStore();
  const auditLines = auditModel(store.connection);
  await store.build([auditLines] as never);
  deps = { companyId, auditLines };
  // Two lines share each moment, so that a page may end between them.
  const lines = Array.from(
    { length: 120 },
    (_, index): AuditLine => ({
      _id: `line:${String(index).padStart(3, '0')}`,
      companyId: index === 0 ? new Types.ObjectId() : companyId,
      at: new Date(1_700_000_000_000 + Math.floor(index / 2) * 1_000),
      personId: index % 3 === 0 ? anna : null,
      personName: index % 3 === 0 ? 'Анна' : 'the desk',
      action: index % 2 === 0 ? 'template.edited' : 'apiKey.made',
      subject: { kind: index % 2 === 0 ? 'template' : 'apiKey', id: `${index}`, name: `thing ${index}` },
      details: { version: index },
    }),
  );
  await auditLines.insertMany(lines);
});
afterAll(async () => store?.[Symbol.asyncDispose]());

async function allIds(filter: Omit<Parameters<typeof readAudit>[1], 'cursor'>): Promise<number[]> {
  const found: number[] = [];
  let cursor: string | undefined;
  do {
    const page = await readAudit(deps, { ...filter, cursor });
    found.push(...page.lines.map(({ id }) => Number(id.slice('line:'.length))));
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return found;
}
const expected = (fits: (index: number) => boolean) =>
  Array.from({ length: 119 }, (_, index) => 119 - index).filter(fits);

it('is read to its end page by page, the newest first, for the own company alone', async () => {
  expect(await allIds({})).toEqual(expected(() => true));
});

it('is filtered by person, by kind of subject, and by both', async () => {
  expect(await allIds({ personId: anna })).toEqual(expected((index) => index % 3 === 0));
  expect(await allIds({ subject: 'apiKey' })).toEqual(expected((index) => index % 2 === 1));
  expect(await allIds({ personId: anna, subject: 'template' })).toEqual(
    expected((index) => index % 3 === 0 && index % 2 === 0),
  );
});

it('starts from the first page when the cursor cannot be read', async () => {
  expect((await readAudit(deps, { cursor: 'nonsense' })).lines[0]?.id).toBe('line:119');
});
