import { expect, it } from 'vitest';
import { createClosing } from '../../../server/app/closing.ts';

it('closes the parts in reverse order, each once, and all of them even if one fails', async () => {
  const closing = createClosing();
  const ended: string[] = [];
  closing.add(() => ended.push('store'));
  closing.add(async () => {
    ended.push('relay');
    throw new Error('the relay could not close');
  });
  closing.add(async () => ended.push('listener'));
  await expect(closing.closeAll()).rejects.toThrow('the relay could not close');
  expect(ended).toEqual(['listener', 'relay', 'store']);
  await closing.closeAll();
  expect(ended).toHaveLength(3);
});
