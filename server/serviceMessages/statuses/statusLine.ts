/**
 * N1 as a pure rule: statuses only go forward; `read`, `undelivered` and `expired` are final. A delivered message can
 * no longer become `undelivered`, whatever a late report says.
 */
import type { ServiceStatus } from '../../../shared/v1/statuses.ts';
import type { EndCode, ServiceMessage } from '../serviceMessage.model.ts';

const following: Record<ServiceStatus, readonly ServiceStatus[]> = {
  queued: ['sent', 'delivered', 'read', 'undelivered', 'expired'],
  sent: ['delivered', 'read', 'undelivered', 'expired'],
  delivered: ['read'],
  read: [],
  undelivered: [],
  expired: [],
};

export function canTransition(from: ServiceStatus, to: ServiceStatus): boolean {
  return following[from].includes(to);
}

/** The statuses from which `to` may follow: for filters of atomic updates. */
export function statusesBefore(to: ServiceStatus): ServiceStatus[] {
  return (Object.keys(following) as ServiceStatus[]).filter((from) => canTransition(from, to));
}

/** With these reasons a message is, or may be, on the client's phone although it ended as expired. */
const mayHaveArrived: readonly (EndCode | null)[] = ['arrivedLate', 'outcomeUnknown'];

/** True when the message ended without reaching the client: its unit of the daily quota is released (N7). */
export function givesUnitBack({ status, endCode }: Pick<ServiceMessage, 'status' | 'endCode'>): boolean {
  return (status === 'undelivered' || status === 'expired') && !mayHaveArrived.includes(endCode);
}

/** True while the message may still reach the client or fail. */
export function isUndecided(status: ServiceStatus): boolean {
  return status === 'queued' || status === 'sent';
}
