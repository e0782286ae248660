/** Thrown where a whole community must stop, whatever its network; caught by who listens for it. */
import type { StopReason } from '../communities/community.model.ts';

export class CommunityStopError extends Error {
  override readonly name = 'CommunityStopError';
  readonly stopReason: StopReason;
  readonly networkCode: number;

  constructor(stopReason: StopReason, networkCode: number, options?: ErrorOptions) {
    super(`The network's code ${networkCode} stops the community: ${stopReason}`, options);
    this.stopReason = stopReason;
    this.networkCode = networkCode;
  }
}
