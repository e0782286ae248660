/** Thrown when a network's answer stops the whole community; the listener of the community catches it. */
import type { StopReason } from '../communities/community.model.ts';

export class CommunityStopError extends Error {
  override readonly name = 'CommunityStopError';
  readonly stopReason: StopReason;
  readonly networkCode: number;

  constructor(stopReason: StopReason, networkCode: number, options?: ErrorOptions) {
    super(`Code ${networkCode} of the network stops the community: ${stopReason}`, options);
    this.stopReason = stopReason;
    this.networkCode = networkCode;
  }
}
