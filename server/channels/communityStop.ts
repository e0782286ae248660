/** Thrown when a network's answer stops the whole community, or its key cannot be read; its listener catches it. */
import type { Community, StopReason } from '../communities/community.model.ts';
import { type CommunitySecret, openSecret } from '../communities/secrets.ts';
import type { Sealing } from '../storage/sealing.ts';

export class CommunityStopError extends Error {
  override readonly name = 'CommunityStopError';
  readonly stopReason: StopReason;
  /** Null when the network was not asked. */
  readonly networkCode: number | null;

  constructor(stopReason: StopReason, networkCode: number | null, options?: ErrorOptions) {
    super(`The community is stopped: ${stopReason}, code ${networkCode} of the network`, options);
    this.stopReason = stopReason;
    this.networkCode = networkCode;
  }
}

/** The community's token. */
export const openToken = (sealing: Sealing, community: Community): string =>
  openOrStop(sealing, community, 'token', community.tokenSealed);

/** A session that cannot have a secret would begin again every second, so the community is stopped. */
export function openOrStop(
  sealing: Sealing,
  community: Community,
  kind: CommunitySecret,
  sealed: string,
): string {
  try {
    return openSecret(sealing, community, kind, sealed);
  } catch (error) {
    throw new CommunityStopError('tokenUnreadable', null, { cause: error });
  }
}
