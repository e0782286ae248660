import { expect, it } from 'vitest';
import { createKeyedQueue } from '../../../server/channels/keyedQueue.ts';

function gate(): { wait: Promise<void>; open(): void } {
  let open = () => {};
  const wait = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { wait, open };
}

it('runs work of one key in order, even when the first piece is slow', async () => {
  const keyedQueue = createKeyedQueue();
  const order: number[] = [];
  const first = gate();
  const all = Promise.all([
    keyedQueue.run('a', async () => {
      await first.wait;
      order.push(1);
    }),
    keyedQueue.run('a', async () => {
      order.push(2);
    }),
  ]);
  await keyedQueue.run('b', async () => {
    order.push(0);
  });
  first.open();
  await all;
  expect(order).toEqual([0, 1, 2]);
});

it('continues with a key after failed work, and rejects only for the caller of that work', async () => {
  const keyedQueue = createKeyedQueue();
  const failed = keyedQueue.run('a', async () => {
    throw new Error('no');
  });
  const after = keyedQueue.run('a', async () => 'yes');
  await expect(failed).rejects.toThrow('no');
  expect(await after).toBe('yes');
});

it('runs no more pieces of work at once than its limit', async () => {
  const keyedQueue = createKeyedQueue(3);
  let working = 0;
  let most = 0;
  await Promise.all(
    Array.from({ length: 20 }, (_, index) =>
      keyedQueue.run(`${index}`, () =>
        keyedQueue.withSlot(async () => {
          working += 1;
          most = Math.max(most, working);
          await new Promise((resolve) => setImmediate(resolve));
          working -= 1;
        }),
      ),
    ),
  );
  expect(most).toBe(3);
});
