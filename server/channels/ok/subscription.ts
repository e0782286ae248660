/**
 * Subscribes a group's webhook at OK. OK does not sign events, so the address itself holds the secret (reference,
 * section 5). After the desk moves, its old addresses are unsubscribed: they have the same path as the new one.
 */
import type { OkApi } from './call.ts';
import { asCommunityError } from './errors.ts';
import { type OkEventTypeName, okEventTypes } from './eventTypes.ts';
import { okSubscriptions } from './schema.ts';

export function okWebhookUrl(webhookUrl: string, secret: string): string {
  return `${webhookUrl}/${secret}`;
}

/**
 * True when the subscription was missing and was made now, so events may have been lost. Idempotent. Throws
 * `CommunityStopError` when OK refuses the group, otherwise the error of the call.
 */
export async function keepSubscribed(api: OkApi, url: string): Promise<boolean> {
  try {
    const { subscriptions } = okSubscriptions.parse(await api.get('me/subscriptions'));
    const path = new URL(url).pathname;
    for (const { url: old } of subscriptions)
      if (old !== url && URL.canParse(old) && new URL(old).pathname === path)
        await api.post('me/unsubscribe', { url: old });
    if (subscriptions.some((one) => one.url === url)) return false;
    await api.post('me/subscribe', { url, types: [...okEventTypes] satisfies OkEventTypeName[] });
    return true;
  } catch (error) {
    throw asCommunityError(error);
  }
}
