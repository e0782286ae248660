/**
 * The stages of a message between its network and the agents' tabs, for measuring from outside the program. They are
 * published on `node:diagnostics_channel`, with ids and never with texts. Without a subscriber they cost one check each.
 */
import { channel } from 'node:diagnostics_channel';

export const STAGE_CHANNEL = 'notify-inbox:stage';
const stages = channel(STAGE_CHANNEL);

/** Times are of `performance.now()`. */
export type StageReport =
  /** The network's event was read. */
  | { stage: 'received'; atMs: number; peerId: string; externalId: string }
  /** The write of the message begins, and has ended. */
  | { stage: 'storing' | 'stored'; atMs: number; peerId: string; externalId: string; messageId: string }
  /** The packet of these messages is handed to the sockets, and was handed to all of them. */
  | { stage: 'emitting' | 'emitted'; atMs: number; messageIds: string[] };

/** Ask before a report is made, so that it costs nothing when nobody listens. */
export const areStagesWatched = (): boolean => stages.hasSubscribers;

export function reportStage(report: StageReport): void {
  stages.publish(report);
}
