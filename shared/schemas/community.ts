/** A company's community in one network, and how well we are connected to it. */
import { z } from 'zod';
import { id, network, time } from './common.ts';
import { ratingQuestionChars } from './rating.ts';

export const connectionStates = [
  'connecting', // no connection attempt has finished yet
  'live', // events arrive
  'catchingUp', // reading messages missed during a break
  'offline', // the network does not answer; retried with backoff
  'stopped', // the network refuses the token: asked again now and then, or an administrator acts
  'disabled', // switched off by an administrator
] as const;
export const connectionState = z.enum(connectionStates);
export type ConnectionState = z.infer<typeof connectionState>;

export const stopReasons = ['tokenRejected', 'rightsLost', 'communityGone', 'tokenUnreadable'] as const;

export const connectionView = z.object({
  state: connectionState,
  since: time,
  /** Why it is stopped; null in every other state. */
  stopReason: z.enum(stopReasons).nullable(),
  /** The network's own error code, when there is one. */
  networkCode: z.number().int().nullable(),
  /** When a stopped community is tried again by itself; null in every other state. */
  nextTryAt: time.nullable().default(null),
  /** Since when the intake makes no progress although there is something to do; null while it moves. */
  stalledSince: time.nullable().default(null),
});
export type ConnectionView = z.infer<typeof connectionView>;

export const communityView = z.object({
  id,
  network,
  /** The network's own id of the community, as a decimal string. */
  externalId: z.string(),
  name: z.string(),
  screenName: z.string().nullable(),
  avatarUrl: z.string().nullable(),
  intake: z.object({ longPoll: z.boolean(), webhook: z.boolean() }),
  connection: connectionView,
  /** Messages wait until a person has passed the network's check for robots, at this address. */
  captcha: z.object({ url: z.string().nullable(), since: time }).nullish(),
});
export type CommunityView = z.infer<typeof communityView>;

/** Extra settings for an administrator: the address for VK's Callback API, never the secrets. */
export const communitySettings = communityView.extend({
  webhookUrl: z.string(),
  hasToken: z.boolean(),
  hasWebhookSecret: z.boolean(),
  /** Clients are asked for a mark after their conversation was resolved. */
  asksRating: z.boolean(),
  /** The company's own words of the question; null for the usual ones. */
  ratingQuestion: z.string().nullable(),
});
export type CommunitySettings = z.infer<typeof communitySettings>;

const newVkCommunity = z.strictObject({
  network: z.literal('vk'),
  /** A community's access key with the rights "messages", "photos", "docs" and "manage". */
  token: z.string().trim().min(1).max(512),
  intake: z
    .strictObject({ longPoll: z.boolean(), webhook: z.boolean() })
    .default({ longPoll: true, webhook: false }),
});
/** OK cannot name the owner of a token, so the administrator names the group. Its events come by webhook. */
const newOkCommunity = z.strictObject({
  network: z.literal('ok'),
  token: z.string().trim().min(1).max(512),
  groupId: z
    .string()
    .trim()
    .regex(/^[1-9]\d{0,18}$/),
  name: z.string().trim().min(1).max(200),
});
export const newCommunity = z.discriminatedUnion('network', [newVkCommunity, newOkCommunity]);
export const communityPatch = z.strictObject({
  token: z.string().trim().min(1).max(512).optional(),
  intake: z.strictObject({ longPoll: z.boolean(), webhook: z.boolean() }).optional(),
  isEnabled: z.boolean().optional(),
  asksRating: z.boolean().optional(),
  ratingQuestion: z.string().trim().min(1).max(ratingQuestionChars).nullable().optional(),
});
