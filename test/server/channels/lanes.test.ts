import { expect, it } from 'vitest';
import { createLanes } from '../../../server/channels/lanes.ts';

function gate(): { wait: Promise<void>; open(): void } {
  let open = () => {};
  const wait = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { wait, open };
}

it('runs the work of one lane in order, whatever takes long', async () => {
  const lanes = createLanes();
  const order: number[] = [];
  const first = gate();
  const all = Promise.all([
    lanes.run('a', async () => {
      await first.wait;
      order.push(1);
    }),
    lanes.run('a', async () => {
      order.push(2);
    }),
  ]);
  await lanes.run('b', async () => {
    order.push(0);
  });
  first.open();
  await all;
  expect(order).toEqual([0, 1, 2]);
});

it('goes on in a lane after work that failed, and tells only who asked for it', async () => {
  const lanes = createLanes();
  const failed = lanes.run('a', async () => {
    throw new Error('no');
  });
  const after = lanes.run('a', async () => 'yes');
  await expect(failed).rejects.toThrow('no');
  expect(await after).toBe('yes');
});

it('lets no more than so many work at once', async () => {
  const lanes = createLanes(3);
  let working = 0;
  let most = 0;
  await Promise.all(
    Array.from({ length: 20 }, (_, index) =>
      lanes.run(`${index}`, () =>
        lanes.withPlace(async () => {
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
