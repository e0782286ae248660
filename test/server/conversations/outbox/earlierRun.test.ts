import { Types } from 'mongoose';
import { expect, it } from 'vitest';
import {
  type AnswerSenderDeps,
  startAnswerSender,
} from '../../../../server/conversations/outbox/answerSender.ts';
import { silent } from '../../../support/store.ts';

const immediate = () => new Promise((resolve) => setImmediate(resolve));

it('claims nothing before the claims of its earlier life are released, or it would release the new claim too', async () => {
  const asked: string[] = [];
  let released = () => {};
  // A store that is slow to release: the sandbox's is too fast for anything to come between.
  const messages = {
    updateMany: async () => {
      asked.push('release');
      await new Promise<void>((resolve) => {
        released = resolve;
      });
    },
    findOneAndUpdate: () => {
      asked.push('claim');
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
  expect(asked).toEqual(['release']);
  expect(sender.isRunning()).toBe(false);
  released();
  await immediate();
  expect(asked).toEqual(['release', 'claim']);
  expect(sender.isRunning()).toBe(true);
  await sender.stop();
});
