/** JSON with integers of any size, such as OK's `seq`; JSON.stringify refuses a bigint. */
import { randomUUID } from 'node:crypto';

const mark = randomUUID();
const marked = new RegExp(`"${mark}:(-?\\d+)"`, 'g');

export function exactJson(value: unknown): string {
  const text = JSON.stringify(value, (_key, part: unknown) =>
    typeof part === 'bigint' ? `${mark}:${part}` : part,
  );
  return text.replace(marked, '$1');
}
