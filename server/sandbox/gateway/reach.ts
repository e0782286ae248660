/** Whether a message can reach the owner of a number in one network, and if not, why. */
import { isConfirmed } from '../people.ts';
import type { SandboxUser, World } from '../world.ts';
import type { Notice } from './ledger.ts';
import type { Route, StatusCode } from './protocol.ts';

export type Reach = { kind: 'reached' } | { kind: 'offline' } | { kind: 'never'; code: StatusCode };

export function reachOf(
  { world, nowMs }: { world: World; nowMs: number },
  notice: Notice,
  owner: SandboxUser | undefined,
  route: Route,
): Reach {
  if (!owner) return never('UNKNOWN_PHONE');
  const isInNetwork = route === 'VK' ? owner.hasVk : owner.okUserId !== null;
  if (!isInNetwork) return never('NOT_IN_NETWORK');
  const { delivery_policy: policy } = notice.request;
  if (policy === 'verified_phone_number') {
    if (owner.isPhoneMoved) return never('PHONE_MOVED');
    if (!isConfirmed(owner, nowMs)) return never('PHONE_NOT_CONFIRMED');
  }
  if (policy === 'mobile_device_required' && !owner.hasMobileDevice) return never('NO_ACTIVE_DEVICE');
  if (route === 'VK' && hasForbidden(world, notice, owner)) return never('CLIENT_REFUSED');
  return owner.isOffline ? { kind: 'offline' } : { kind: 'reached' };
}

function hasForbidden(world: World, { groupId }: Notice, { userId }: SandboxUser): boolean {
  const community = groupId === null ? undefined : world.communities.get(groupId);
  return community?.dialogues.get(userId)?.permission === 'denied';
}

function never(code: StatusCode): Reach {
  return { kind: 'never', code };
}
