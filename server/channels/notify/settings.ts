/** How a community is known at the gateway. Credentials and the secret are sealed to the community. */
import { z } from 'zod';
import type { Community } from '../../communities/community.model.ts';
import { openSecret } from '../../communities/secrets.ts';
import type { Sealing } from '../../storage/sealing.ts';

export const credentials = z.discriminatedUnion('kind', [
  /** `Authorization: Key …`, as Devino has it. */
  z.strictObject({ kind: z.literal('key'), key: z.string() }),
  /** RFC 5849 with HMAC-SHA256 (N16). */
  z.strictObject({ kind: z.literal('oauth1'), consumerKey: z.string(), consumerSecret: z.string() }),
]);
export type Credentials = z.infer<typeof credentials>;

export interface GatewaySettings {
  /** Without a slash at its end. */
  baseUrl: string;
  service: string;
  credentials: Credentials;
  /** Changes with every change of the settings. */
  version: string;
}

/** Null where the community has no gateway. */
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
