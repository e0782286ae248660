import { Readable } from 'node:stream';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createCallBudgets } from '../../../../server/channels/budget/callBudgets.ts';
import { rowsInMemory } from '../../../../server/channels/budget/rows.ts';
import { okApiAt } from '../../../../server/channels/ok/call.ts';
import { upload } from '../../../../server/channels/ok/upload.ts';
import type { OutgoingFile } from '../../../../server/conversations/outbox/channel.ts';
import { sampleOkGroup, sampleUsers, seedSample } from '../../../../server/sandbox/sample.ts';
import { type Sandbox, startSandbox } from '../../../../server/sandbox/startSandbox.ts';
import { silent } from '../../../support/store.ts';

const { okGroupId, token: accessToken } = sampleOkGroup;
const [anna] = sampleUsers;
let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox({ port: 0, logger: silent });
  seedSample(sandbox.control);
  sandbox.control.okClientSends({ okGroupId, userId: anna.userId, text: 'Пришлите' });
});
afterAll(() => sandbox.close());

const fileOf = (kind: OutgoingFile['kind'], contentType: string): OutgoingFile => ({
  kind,
  fileName: 'a',
  contentType,
  sizeBytes: 5,
  open: () => Readable.from([Buffer.from('bytes')]),
});

it.each([
  ['photo', 'image/jpeg', 'IMAGE'],
  ['document', 'application/pdf', 'FILE'],
] as const)(
  'gets the token of a %s where OK gives it, and a message may use it twice',
  async (kind, mime, type) => {
    const budgets = createCallBudgets(rowsInMemory());
    const open = okApiAt({ apiBaseUrl: sandbox.okBaseUrl, budgets, keyOf: (token) => token });
    const api = open(accessToken);
    const uploaded = await upload({ api, community: {} as never }, fileOf(kind, mime), {
      purpose: 'answering',
    });
    expect(uploaded).toEqual({ type, payload: { token: expect.any(String) } });
    for (const text of ['Раз', 'Два'])
      expect(
        await api.post('me/messages', {
          recipient: { user_id: anna.okUserId },
          message: { text, attachments: [uploaded] },
        }),
      ).toMatchObject({ success: true });
  },
);
