/** Many waits for one signal, as a batch of messages with images has them. */
import { Types } from 'mongoose';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { createCallBudgets } from '../../../server/channels/budget/callBudgets.ts';
import { rowsInMemory } from '../../../server/channels/budget/rows.ts';
import { createPreparedImages } from '../../../server/channels/images/preparedImages.ts';
import { uploadedImageModel } from '../../../server/channels/images/uploadedImage.model.ts';
import { sendRequest } from '../../../server/channels/request.ts';
import type { Community } from '../../../server/communities/community.model.ts';
import { pause } from '../../../server/work/backoff.ts';
import { openTestStore, type TestStore } from '../../support/store.ts';

const WAITS = 200;
let store: TestStore;
let warnings: Error[];
const remember = (warning: Error) => warnings.push(warning);

beforeAll(async () => {
  store = await openTestStore();
});
afterAll(() => store?.[Symbol.asyncDispose]());
beforeEach(() => {
  warnings = [];
  process.on('warning', remember);
});
afterEach(() => {
  process.off('warning', remember);
});

const community = { _id: new Types.ObjectId() } as Community;
const waits: [string, (signal: AbortSignal) => Promise<unknown>][] = [
  ['pauses', (signal) => pause(60_000, signal)],
  [
    'images of one template that is uploaded',
    (signal) => images().attachments({ community, userId: '1', imageIds: ['a'] }, signal),
  ],
  [
    'places in the budget of a token',
    (signal) => budgets.wait({ key: 'token', perSecond: 1 }, { purpose: 'sending', signal }),
  ],
  [
    'requests without an answer',
    (signal) => sendRequest(new URL('http://127.0.0.1:9/'), { method: 'GET', idleMs: 60_000, signal }),
  ],
];
const budgets = createCallBudgets(rowsInMemory());
let prepared: ReturnType<typeof createPreparedImages> | undefined;
function images() {
  prepared ??= createPreparedImages({
    uploadedImages: uploadedImageModel(store.connection),
    imagesOf: async () => [
      { kind: 'photo', fileName: 'a.jpeg', contentType: 'image/jpeg', sizeBytes: 1, open: () => [] as never },
    ],
    upload: () => new Promise(() => undefined),
  });
  return prepared;
}

it.each(waits)('200 %s share a signal without a warning, and end with it', async (_what, wait) => {
  const ending = new AbortController();
  const all = Array.from({ length: WAITS }, () => wait(ending.signal).catch(() => undefined));
  await new Promise(setImmediate);
  ending.abort();
  await Promise.all(all);
  await new Promise(setImmediate);
  expect(warnings).toEqual([]);
});
