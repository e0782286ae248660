import { Types } from 'mongoose';
import { expect, it } from 'vitest';
import {
  type AnswerSenderDeps,
  startAnswerSender,
} from '../../../../server/conversations/outbox/answerSender.ts';
import { silent } from '../../../support/store.ts';

const immediate = () => new Promise((resolve) => setImmediate(resolve));

it('claims nothing before it has released the claims of its earlier run', async () => {
  const calls: string[] = [];
  let released = () => {};
  // A slow store: the test's own store releases too fast for a claim to come between.
  const messages = {
    updateMany: async () => {
      calls.push('release');
      await new Promise<void>((resolve) => {
        released = resolve;
      });
    },
    findOneAndUpdate: () => {
      calls.push('claim');
      return { lean: async () => null };
    },
  };
  const sender = startAnswerSender({
    messages,
    processId: new Types.ObjectId().toHexString(),
    logger: silent,
    timing: { pollMs: 3_600_000 },
  } as unknown as AnswerSenderDeps);
  sender.wake();
  for (let turn = 0; turn < 20; turn += 1) await immediate();
  expect(calls).toEqual(['release']);
  expect(sender.isRunning()).toBe(false);
  released();
  await immediate();
  expect(calls).toEqual(['release', 'claim']);
  expect(sender.isRunning()).toBe(true);
  await sender.stop();
});
