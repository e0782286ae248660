import { expect, it } from 'vitest';
import { createKeyedQueue } from '../../../server/channels/keyedQueue.ts';

function gate(): { wait: Promise<void>; open(): void } {
  let open = () => {};
  const wait = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { wait, open };
}

it('runs the work of one lane in order, whatever takes long', async () => {
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

it('goes on in a lane after work that failed, and tells only who asked for it', async () => {
  const keyedQueue = createKeyedQueue();
  const failed = keyedQueue.run('a', async () => {
    throw new Error('no');
  });
  const after = keyedQueue.run('a', async () => 'yes');
  await expect(failed).rejects.toThrow('no');
  expect(await after).toBe('yes');
});

it('lets no more than so many work at once', async () => {
  const keyedQueue = createKeyedQueue(3);
  let working = 0;
  let most = 0;
  await Promise.all(
    Array.from({ length: 20 }, (_, index) =>
      keyedQueue.run(`${index}`, () =>
        keyedQueue.withPlace(async () => {
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
