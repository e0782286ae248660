/**
 * Where OK delivers a group's events. OK signs nothing, so the address itself is the secret (reference, section 5).
 * A desk that moved takes its old addresses back: they end as the new one does.
 */

import type { OkApi } from './call.ts';
import { asCommunityError } from './errors.ts';
import { type OkEventTypeName, okEventTypes } from './eventTypes.ts';
import { okSubscriptions } from './schema.ts';

export function okWebhookUrl(webhookUrl: string, secret: string): string {
  return `${webhookUrl}/${secret}`;
}

/** True when OK had lost it, or never had it: events may have been missed. Throws `CommunityStopError`. */
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
