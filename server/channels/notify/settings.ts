/** Opens a community's stored gateway settings. Credentials and the status secret are sealed to the community. */
import { z } from 'zod';
import type { Community } from '../../communities/community.model.ts';
import { openSecret } from '../../communities/secrets.ts';
import type { Sealing } from '../../storage/sealing.ts';

export const credentials = z.discriminatedUnion('kind', [
  /** `Authorization: Key …`, as Devino uses it. */
  z.strictObject({ kind: z.literal('key'), key: z.string() }),
  /** RFC 5849 with HMAC-SHA256 (N16, HTTPS and OAuth 1.0). */
  z.strictObject({ kind: z.literal('oauth1'), consumerKey: z.string(), consumerSecret: z.string() }),
]);
export type Credentials = z.infer<typeof credentials>;

export interface GatewaySettings {
  /** Without a trailing slash. */
  baseUrl: string;
  service: string;
  credentials: Credentials;
  /** Changes whenever the credentials are saved again. */
  version: string;
}

/** Null when the community has no gateway. */
export function openGatewaySettings(community: Community, sealing: Sealing): GatewaySettings | null {
  const { notify } = community;
  if (!notify) return null;
  const opened = openSecret(sealing, community, 'notifyCredentials', notify.credentialsSealed);
  return {
    baseUrl: notify.baseUrl.replace(/\/+$/, ''),
    service: notify.service,
    credentials: credentials.parse(JSON.parse(opened)),
    version: notify.credentialsSealed,
  };
}
