/** What a network must offer so that a community of it can be connected. `channels/<network>` implements it. */

export interface CommunityProfile {
  externalId: string;
  name: string;
  screenName: string | null;
  avatarSourceUrl: string | null;
}

export type NamedCommunity = Pick<CommunityProfile, 'externalId' | 'name'>;

export type TokenCheck =
  | { kind: 'accepted'; profile: CommunityProfile; missingRights: string[] }
  | { kind: 'rejected'; networkCode: number }
  | { kind: 'unreachable' };

export interface WebhookAddress {
  url: string;
  secret: string;
  /** The network's number of our server there, when it was added before. */
  serverId: number | null;
}

export type IntakePrepared =
  | { kind: 'prepared'; webhookServerId: number | null }
  | { kind: 'rejected'; networkCode: number }
  | { kind: 'unreachable' };

export interface CommunityConnector {
  /**
   * Whose token this is and what it may do. A network that does not say whose it is believes `named`, what the
   * administrator says of the community; the others ignore it.
   */
  checkToken(token: string, named: NamedCommunity | null): Promise<TokenCheck>;
  /** What the network must be answered when it confirms our webhook; null when it will not say. */
  confirmationCode(token: string, externalId: string): Promise<string | null>;
  /**
   * Switches on every event that the desk understands, for the ways that are asked for. The network calls
   * the webhook while this runs, so its secret and confirmation must be stored before.
   */
  prepareIntake(
    token: string,
    externalId: string,
    intake: { longPoll: boolean; webhook: WebhookAddress | null },
  ): Promise<IntakePrepared>;
}
