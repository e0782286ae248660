/** Rules that hold for each message at any time, checked by its history and by what the network holds. */
import { expect } from 'vitest';
import { tryKeyOf } from '../../../server/serviceMessages/sending/serviceChannel.ts';
import type { ServiceMessage } from '../../../server/serviceMessages/serviceMessage.model.ts';
import type { ServiceStatus } from '../../../shared/v1/statuses.ts';
import type { AcceptedSend } from './steeredNetwork.ts';

/** N1 as the rule states it, independent of the program's own table. */
const forward: readonly ServiceStatus[] = ['queued', 'sent', 'delivered', 'read'];
const finals: readonly ServiceStatus[] = ['read', 'undelivered', 'expired'];
function mayFollow(from: ServiceStatus, to: ServiceStatus): boolean {
  if (finals.includes(from)) return false;
  if (to === 'undelivered' || to === 'expired') return from !== 'delivered';
  return forward.indexOf(to) > forward.indexOf(from);
}

/** @param seen the last seen statuses, to check that a final status stays. */
export function holdsN1(
  seen: Map<string, ServiceStatus>,
  { _id, status, sequence, history }: ServiceMessage,
): void {
  const transitions = history.filter(({ isApplied }) => isApplied);
  expect(transitions.map((transition) => transition.sequence)).toEqual(transitions.map((_, n) => n));
  expect(transitions.at(-1)).toMatchObject({ status, sequence });
  for (const [n, { status: to }] of transitions.entries()) {
    const before = transitions[n - 1]?.status as ServiceStatus | undefined;
    if (before) expect([before, to, mayFollow(before, to as ServiceStatus)]).toEqual([before, to, true]);
  }
  const id = _id.toHexString();
  const was = seen.get(id);
  // Several transitions may be seen as one, so the status only has to go forward.
  if (was && was !== status) expect([was, status, mayFollow(was, status)]).toEqual([was, status, true]);
  seen.set(id, status);
}

export function holdsN24({ _id, route, tries }: ServiceMessage, accepted: AcceptedSend[]): void {
  expect(tries.map((each) => each.network)).toEqual(route.slice(0, tries.length).map((each) => each.network));
  const keys = accepted
    .filter(({ messageId }) => messageId === _id.toHexString())
    .map(({ tryKey }) => tryKey);
  const possible = tries.map((each) => tryKeyOf(_id, each.network));
  expect(keys).toEqual([...new Set(keys)]);
  // A message that the network has is looked up, not handed over again.
  expect(accepted.filter(({ timesHanded }) => timesHanded > 1)).toEqual([]);
  expect(possible).toEqual(expect.arrayContaining(keys));
}
