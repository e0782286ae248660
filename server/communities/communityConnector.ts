/** The port through which settings connect a community of a network. `channels/<network>` implements it. */

export interface CommunityProfile {
  externalId: string;
  name: string;
  screenName: string | null;
  avatarSourceUrl: string | null;
}

export type NamedCommunity = Pick<CommunityProfile, 'externalId' | 'name'>;

export type TokenCheck =
  | { kind: 'accepted'; profile: CommunityProfile; missingRights: string[] }
  | { kind: 'rejected'; networkCode: number | null }
  | { kind: 'unreachable' };

export interface WebhookAddress {
  url: string;
  secret: string;
  /** The network's id of our callback server; null when it was not added before. */
  serverId: number | null;
}

export type IntakePrepared =
  | { kind: 'prepared'; webhookServerId: number | null }
  | { kind: 'rejected'; networkCode: number | null }
  | { kind: 'unreachable' };

export interface CommunityConnector {
  /**
   * Returns the community and the missing rights of a token. A network that does not name the community uses `named`,
   * as the administrator entered it; the others ignore it.
   */
  checkToken(token: string, named: NamedCommunity | null): Promise<TokenCheck>;
  /** The answer that the network expects when it confirms our webhook; null when it needs or returns none. */
  confirmationCode(token: string, externalId: string): Promise<string | null>;
  /**
   * Enables the events that the desk reads, for long poll and webhook as requested. The network calls the webhook
   * while this runs, so its secret and confirmation must be stored before.
   */
  prepareIntake(
    token: string,
    externalId: string,
    intake: { longPoll: boolean; webhook: WebhookAddress | null },
  ): Promise<IntakePrepared>;
}
