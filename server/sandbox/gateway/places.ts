/** How a gateway's message looks in each network: with buttons, in VK's dialogue or in OK's chat. */

import type { z } from 'zod';
import type { Messaging } from '../messaging.ts';
import type { OkMessaging } from '../ok/okMessaging.ts';
import type { OkAttachment, OkWorld } from '../ok/okWorld.ts';
import type { OkButton } from '../ok/protocol.ts';
import type { VkKeyboard } from '../vkTypes.ts';
import type { World } from '../world.ts';
import type { Notice } from './ledger.ts';
import type { Place } from './noticeDelivery.ts';
import type { textButtonPayload } from './protocol.ts';

export function vkPlace(world: World, messaging: Messaging): Place {
  return (notice, owner) => {
    const community = world.communities.get(notice.groupId ?? 0);
    if (!community) return undefined;
    const { session_id: sessionId } = notice.request.callbackData;
    const message = messaging.noticeArrives(community, owner.userId, {
      noticeId: notice.messageId,
      text: notice.text,
      attachments: notice.attachments,
      keyboard: vkKeyboard(notice),
      sessionId: typeof sessionId === 'string' ? sessionId : undefined,
    });
    return message.cmid;
  };
}

export function okPlace(ok: OkWorld, messaging: OkMessaging): Place {
  return (notice, owner) => {
    const group = ok.groups.get(notice.okGroupId ?? '');
    if (!group) return undefined;
    const message = messaging.noticeArrives(group, owner.userId, {
      noticeId: notice.messageId,
      text: notice.text,
      attachments: [...imageUrls(notice).map(okImage), ...okKeyboard(notice)],
    });
    return message.mid;
  };
}

/** The largest size of each picture. */
export function imageUrls({ attachments }: Pick<Notice, 'attachments'>): string[] {
  return attachments.flatMap(({ photo }) => {
    const { sizes } = (photo ?? {}) as { sizes?: { url: string }[] };
    return sizes?.at(-1)?.url ?? [];
  });
}

/** One button per row: VK's inline keyboard allows six rows. */
function vkKeyboard(notice: Notice): VkKeyboard | undefined {
  if (notice.buttons.length === 0) return undefined;
  const rows = notice.buttons.map((button, index) => {
    if (button.kind === 'link')
      return [{ action: { type: 'open_link', label: button.label, link: button.url } }];
    const payload = payloadOf(notice, index);
    return [{ action: { type: 'text', label: button.label, payload }, color: 'default' }];
  });
  return { one_time: false, inline: true, buttons: rows };
}

function okKeyboard(notice: Notice): OkAttachment[] {
  if (notice.buttons.length === 0) return [];
  const buttons: OkButton[][] = notice.buttons.map((button, index) => [
    button.kind === 'link'
      ? { type: 'LINK', text: button.label, url: button.url }
      : { type: 'CALLBACK', text: button.label, payload: payloadOf(notice, index) },
  ]);
  return [{ type: 'INLINE_KEYBOARD', payload: { buttons } }];
}

function okImage(url: string): OkAttachment {
  return { type: 'IMAGE', payload: { url } };
}

function payloadOf({ messageId, clientMessageId }: Notice, button: number): string {
  const notify = { messageId, ...(clientMessageId === undefined ? {} : { clientMessageId }), button };
  return JSON.stringify({ notify } satisfies z.input<typeof textButtonPayload>);
}
