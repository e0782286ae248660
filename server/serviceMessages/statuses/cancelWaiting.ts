/** Cancels one message that was not handed to a network: it ends `undelivered` with the code `cancelled`. */

import type { ServiceStatus } from '../../../shared/v1/statuses.ts';
import { currentTime } from '../../work/clock.ts';
import type { ServiceMessage } from '../serviceMessage.model.ts';
import { beginChange, note } from './change.ts';
import { type WriteDeps, writeChanges } from './writeChanges.ts';

export type Cancelled =
  | { kind: 'cancelled'; message: ServiceMessage }
  | { kind: 'notFound' }
  | { kind: 'notCancellable'; status: ServiceStatus };

export function isWaiting({ outbox, status }: Pick<ServiceMessage, 'outbox' | 'status'>): boolean {
  return outbox?.phase === 'waiting' && status === 'queued';
}

/** @param find reads the message again, within what the caller may see. */
export async function cancelWaiting(
  deps: WriteDeps,
  find: () => Promise<ServiceMessage | null>,
): Promise<Cancelled> {
  for (;;) {
    const message = await find();
    if (!message) return { kind: 'notFound' };
    if (!isWaiting(message)) return { kind: 'notCancellable', status: message.status };
    const now = currentTime();
    const change = beginChange(message, { 'outbox.phase': 'waiting' });
    note(change, { status: 'undelivered', at: now, source: 'desk', tryNo: null, code: 'cancelled' }, now);
    const written = await writeChanges(deps, [change]);
    if (written.size > 0)
      return {
        kind: 'cancelled',
        message: { ...change.after, history: [...message.history, ...change.lines] },
      };
  }
}
