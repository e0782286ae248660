/** What the sample month is made of: lives of clients, and in each life the steps that the product is asked to do. */
import type { Network } from '../../shared/schemas/common.ts';
import type { RatingMark } from '../../shared/schemas/rating.ts';

/** The communities in which clients write. Only the first asks for marks. */
export const places: readonly { network: Network; share: number }[] = [
  { network: 'vk', share: 0.5 },
  { network: 'ok', share: 0.2 },
  { network: 'vk', share: 0.3 },
];
export const PLACE_THAT_ASKS = 0;

export interface Life {
  /** Counted from 0, in the order of the first steps. */
  no: number;
  name: string;
  /** The client's id in the network. */
  userId: string;
  /** Whom service messages are sent to. */
  phone: string;
  /** In the order of their times, no two at the same. */
  steps: Step[];
}

/** `personNo` counts `team`, `place` counts `places`. */
export type Step = { atMs: number; place: number } & (
  | { kind: 'reply'; text: string; isButton?: boolean }
  | { kind: 'seen' }
  | { kind: 'tap'; mark: RatingMark }
  | { kind: 'opened' | 'assigned'; personNo: number }
  | { kind: 'answer'; personNo: number; text: string; fileName?: string }
  | { kind: 'note'; personNo: number; text: string }
  | { kind: 'labelled'; personNo: number; labels: string[] }
  | { kind: 'resolved' | 'pending' | 'reopened'; personNo: number }
  | ServiceStep
);

export interface ServiceStep {
  kind: 'service';
  template: string;
  variables: Record<string, string>;
  /** Null: the company's own system. */
  personNo: number | null;
  end: 'read' | 'delivered' | 'undelivered';
}
