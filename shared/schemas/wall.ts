/** The live wall for supervisors: what waits now, and who answers. Pushed by socket while a wall is open. */
import { z } from 'zod';
import { id, time } from './common.ts';

/** Counts stop here, so that a look costs no more however much waits; the screen then shows "2000+". */
export const wallLimits = {
  waiting: 2_000,
  late: 1_000,
  openOfPerson: 500,
  queue: 1_000,
} as const;

const count = z.number().int().nonnegative();

/** Of the conversations that wait, the one that has waited longest. */
const longestWait = z.object({ conversationId: id, since: time });
export type LongestWait = z.infer<typeof longestWait>;

export const personStates = ['online', 'away', 'offline'] as const;
export type PersonState = (typeof personStates)[number];

const wallPerson = z.object({
  personId: id,
  /** `away`: signed in, but no key or pointer was used for some minutes. */
  state: z.enum(personStates),
  /** Conversations assigned to the person that are neither resolved nor snoozed. */
  open: count,
  /** Those of them that wait for an answer. */
  waiting: count,
  longestWait: longestWait.nullable(),
  /** Answers in the last 60 to 65 minutes. */
  answered: count,
});
export type WallPerson = z.infer<typeof wallPerson>;

const wallCommunity = z.object({
  communityId: id,
  waiting: count,
  /** Since when events of the network may be missing; null while all are here. */
  behindSince: time.nullable(),
  /** Answers that were not handed to the network yet. */
  queuedAnswers: count,
  /** Service messages whose time has come and that were not handed over yet. */
  queuedServiceMessages: count,
});
export type WallCommunity = z.infer<typeof wallCommunity>;

export const wallView = z.object({
  /** By the server's clock. The tab shows spans from here on, so a wrong clock of the viewer does not matter. */
  at: time,
  /** Today's date in the company's time zone. */
  today: z.iso.date(),
  waiting: count,
  longestWait: longestWait.nullable(),
  /** Waiting conversations without an assignee. */
  unassigned: z.object({ waiting: count, longestWait: longestWait.nullable() }),
  /** Waiting conversations whose target is missed. */
  late: count,
  /** Cases that began today, reopened conversations included. */
  newToday: count,
  /** Up to when `late`, `newToday` and `answered` are counted; null before the first time. */
  countedAt: time.nullable(),
  /** True while threads from before the figures are still being counted: those three grow. */
  isCounting: z.boolean(),
  people: z.array(wallPerson),
  communities: z.array(wallCommunity),
});
export type WallView = z.infer<typeof wallView>;
