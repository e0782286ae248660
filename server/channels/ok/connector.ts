/**
 * Connects a group of OK. The Bot API has no call that returns the group of a token. So the administrator enters the
 * group's id and name, and the token is checked by reading the group's chats.
 */
import type { CommunityConnector } from '../../communities/communityConnector.ts';
import { CommunityStopError } from '../communityStop.ts';
import { failureOf, type OpenOkApi } from './call.ts';
import { keepSubscribed, okWebhookUrl } from './subscription.ts';

export function createOkConnector(openApi: OpenOkApi): CommunityConnector {
  return {
    async checkToken(token, group) {
      if (!group) throw new Error('Connecting a group of OK needs its id and name');
      try {
        await openApi(token).get('me/chats', { count: 1 });
      } catch (error) {
        return refusalOf(error);
      }
      const profile = { ...group, screenName: null, avatarSourceUrl: null };
      return { kind: 'accepted', profile, missingRights: [] };
    },
    confirmationCode: async () => null,
    async prepareIntake(token, _externalId, { webhook }) {
      try {
        if (webhook) await keepSubscribed(openApi(token), okWebhookUrl(webhook.url, webhook.secret));
        return { kind: 'prepared', webhookServerId: null };
      } catch (error) {
        return refusalOf(error);
      }
    },
  };
}

function refusalOf(
  error: unknown,
): { kind: 'rejected'; networkCode: number | null } | { kind: 'unreachable' } {
  if (error instanceof CommunityStopError) return { kind: 'rejected', networkCode: error.networkCode };
  const failure = failureOf(error);
  return failure.kind === 'code' ? { kind: 'rejected', networkCode: failure.code } : { kind: 'unreachable' };
}
