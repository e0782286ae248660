/**
 * N1 as a pure rule: a status only moves forward; `read`, `undelivered` and `expired` end it. A message that is known
 * to be on the client's device can no longer be undelivered, whatever a late report says.
 */
import type { ServiceStatus } from '../../shared/v1/statuses.ts';

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

/** It ended without reaching the client, so its unit of quota comes back (N7). */
export function givesUnitBack(status: ServiceStatus): boolean {
  return status === 'undelivered' || status === 'expired';
}

/** It may still reach the client, or not. */
export function isUndecided(status: ServiceStatus): boolean {
  return status === 'queued' || status === 'sent';
}
