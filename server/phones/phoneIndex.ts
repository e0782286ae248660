/** The blind index that finds the sealed phones of clients, service messages, quotas and the block list. */
import type { Sealing } from '../storage/sealing.ts';

/** Never change it: another purpose would give every stored phone another index. */
const PURPOSE = 'client phone';

/** @param phone in E.164, with the plus; another spelling of the same number gives another index. */
export function phoneIndexOf(sealing: Sealing, phone: string): string {
  return sealing.blindIndex(phone, PURPOSE);
}
