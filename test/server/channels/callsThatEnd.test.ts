/** Calls of VK that are withdrawn: before they went out they are certainly not sent; afterwards they are lost. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createCallBudgets } from '../../../server/channels/budget/callBudgets.ts';
import { rowsInMemory } from '../../../server/channels/budget/rows.ts';
import { postMessage } from '../../../server/channels/vk/send.ts';
import { until } from '../../support/until.ts';
import { anna, clientOf, groupId, startVkFixture, token, type VkFixture } from './vk/vkFixture.ts';

let fixture: VkFixture;
beforeAll(async () => {
  fixture = await startVkFixture();
  fixture.annaWrites('Здравствуйте!');
});
afterAll(() => fixture[Symbol.asyncDispose]());
beforeEach(() => fixture.sandbox.control.clearFaults());

let nextRandomId = 5_000;
const message = (text: string) => {
  nextRandomId += 1;
  return { peerId: String(anna), randomId: nextRandomId, text, attachments: [], replyToExternalId: null };
};
const shown = (text: string) =>
  fixture.sandbox.control
    .snapshot({ groupId, userId: anna })
    .messages.filter((each) => each.out === 1 && each.text === text);
const calls = () => fixture.sandbox.control.counters({ groupId }).apiCalls['messages.send'] ?? 0;

describe('a call whose signal fires', () => {
  it('is not made at all when the signal fired before', async () => {
    const before = calls();
    const signal = AbortSignal.abort();
    const outcome = await postMessage(fixture.client, message('Рано'), { purpose: 'sending', signal });
    expect(outcome).toMatchObject({ kind: 'later' });
    expect(calls()).toBe(before);
  });

  it('is not repeated by itself while VK answers error 6, and does not arrive later', async () => {
    fixture.sandbox.control.setFaults({ apiErrors: [{ method: 'messages.send', code: 6 }] });
    const withdrawing = new AbortController();
    const budgets = createCallBudgets(rowsInMemory());
    const client = clientOf(fixture.sandbox, token, {
      ...budgets,
      async slowDown(...how) {
        await budgets.slowDown(...how);
        withdrawing.abort();
      },
    });
    const { signal } = withdrawing;
    const outcome = await postMessage(client, message('Просрочено'), { purpose: 'sending', signal });
    expect(outcome).toMatchObject({ kind: 'later' });
    const made = calls();
    fixture.sandbox.control.clearFaults();
    // The pause after error 6 ends with this call: what still waited would have gone out before it.
    expect(await postMessage(client, message('Следующее'), { purpose: 'sending' })).toMatchObject({
      kind: 'sent',
    });
    expect(calls()).toBe(made + 1);
    expect(shown('Просрочено')).toEqual([]);
  });

  it('is unknown when the signal fires after the request went out', async () => {
    fixture.sandbox.control.setFaults({ slowAnswersMs: 60_000 });
    const withdrawing = new AbortController();
    const before = calls();
    const sending = postMessage(fixture.client, message('Может быть'), {
      purpose: 'sending',
      signal: withdrawing.signal,
    });
    await until('the request to reach VK', async () => calls() > before);
    withdrawing.abort();
    expect(await sending).toEqual({ kind: 'unknown' });
    await until('VK to have carried it out', async () => shown('Может быть').length === 1);
  });
});

describe('a call that its caller guards', () => {
  it('asks once per request, after the wait for a place and the connection', async () => {
    fixture.sandbox.control.setFaults({ apiErrors: [{ method: 'messages.send', code: 6, times: 1 }] });
    let asked = 0;
    const outcome = await postMessage(fixture.client, message('Спросили дважды'), {
      purpose: 'sending',
      mayCall: () => {
        asked += 1;
        return true;
      },
    });
    expect(outcome).toMatchObject({ kind: 'sent' });
    expect(asked).toBe(2);
  });

  it('is certainly not sent when the answer is no', async () => {
    const before = calls();
    const outcome = await postMessage(fixture.client, message('Нет'), {
      purpose: 'sending',
      mayCall: () => false,
    });
    expect(outcome).toMatchObject({ kind: 'later' });
    expect(calls()).toBe(before);
    expect(shown('Нет')).toEqual([]);
  });
});
