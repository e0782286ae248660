/** A community as screens see it, without secrets. The avatar is served through the desk's own `/media`. */
import type { CommunitySettings, CommunityView } from '../../shared/schemas/community.ts';
import type { Community } from './community.model.ts';

export function toCommunityView(community: Community): CommunityView {
  const { connection, stalledSince } = community;
  return {
    id: community._id.toHexString(),
    network: community.network,
    externalId: community.externalId,
    name: community.name,
    screenName: community.screenName,
    avatarUrl: community.avatarSourceUrl ? `/media/communities/${community._id.toHexString()}` : null,
    intake: { longPoll: community.intake.longPoll, webhook: community.intake.webhook },
    connection: {
      state: connection.state,
      since: connection.since.toISOString(),
      stopReason: connection.stopReason ?? null,
      networkCode: connection.networkCode ?? null,
      nextTryAt: connection.nextTryAt?.toISOString() ?? null,
      stalledSince: stalledSince?.toISOString() ?? null,
    },
    captcha: community.captcha
      ? { url: community.captcha.url, since: community.captcha.since.toISOString() }
      : null,
  };
}

/** @param publicUrl the address at which the network reaches this desk. */
export function toCommunitySettings(community: Community, publicUrl: string): CommunitySettings {
  return {
    ...toCommunityView(community),
    webhookUrl: webhookUrl(publicUrl, community),
    hasToken: community.tokenSealed !== '',
    hasWebhookSecret: community.webhookSecretSealed !== null,
    asksRating: community.asksRating ?? false,
    ratingQuestion: community.ratingQuestion ?? null,
  };
}

export function webhookUrl(publicUrl: string, { network, _id }: Pick<Community, 'network' | '_id'>): string {
  return `${publicUrl.replace(/\/+$/, '')}/webhooks/${network}/${_id.toHexString()}`;
}
