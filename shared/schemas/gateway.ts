/** A community's settings at the gateway, which sends to phones. Credentials are written only, never returned. */
import { z } from 'zod';
import { time } from './common.ts';

const secret = z.string().trim().min(1).max(512);

const gatewayCredentials = z.discriminatedUnion('kind', [
  /** Sent as `Authorization: Key …`. */
  z.strictObject({ kind: z.literal('key'), key: secret }),
  /** RFC 5849 with HMAC-SHA256. */
  z.strictObject({ kind: z.literal('oauth1'), consumerKey: secret, consumerSecret: secret }),
]);

export const gatewaySettingsEdit = z.strictObject({
  /** HTTPS, or plain HTTP on loopback. */
  baseUrl: z.url({ protocol: /^https?$/ }).max(500),
  /** The community's name at the gateway. */
  service: z.string().trim().min(1).max(100),
  /** May be omitted to keep the stored value. */
  credentials: gatewayCredentials.optional(),
  /** The gateway sends it with each status; may be omitted to keep the stored value. */
  statusSecret: z.string().trim().min(8).max(512).optional(),
});
export type GatewaySettingsEdit = z.output<typeof gatewaySettingsEdit>;

export const gatewaySettingsView = z.object({
  baseUrl: z.string(),
  service: z.string(),
  credentialsKind: z.enum(['key', 'oauth1']),
  /** Where the gateway must post statuses. */
  statusUrl: z.string(),
  /** Since when sending is stopped, because the gateway refused the community. Null while sending works. */
  stopped: z.object({ since: time, networkCode: z.string().nullable() }).nullable(),
});
export type GatewaySettingsView = z.output<typeof gatewaySettingsView>;
