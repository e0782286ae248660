/**
 * One partner's protocol as a table: names of fields, words of statuses, codes. Another partner is another table. This
 * one is Devino's (docs.devino.online, VK_OK; reference, section 1); what that page leaves open is as the sandbox has it.
 */
import type { Network } from '../../../shared/schemas/common.ts';
import type { DeliveryPolicy } from '../../../shared/v1/statuses.ts';
import type { Receipt } from '../../serviceMessages/serviceChannel.ts';
import type { EndCode } from '../../serviceMessages/serviceMessage.model.ts';

export interface Dialect {
  mostPerCall: number;
  /** Of one service, where the operator does not say otherwise. */
  perSecond: number;
  /** Less is refused. */
  leastTtlSeconds: number;
  sendPath: string;
  lookUpPath: string;
  /** Where the partner takes templates by its API; null where people enter them at the partner. */
  templatesPath: string | null;
  imagesPath: string | null;
  secretHeader: string;
  routes: Record<Network, string>;
  policies: Record<DeliveryPolicy, string>;
  statuses: Record<string, NonNullable<Receipt['status']>>;
  /** Why a message that was taken did not arrive. */
  statusCodes: Record<string, EndCode>;
  /** Why a message was not taken; what is not here is `networkRefused`. */
  refusals: Record<string, EndCode>;
  /** Refusals that concern the whole service rather than one message. */
  stops: string[];
  /** The template is not there yet, or not in this version. */
  templateUnknown: string;
}

export const devino: Dialect = {
  mostPerCall: 1000,
  perSecond: 50,
  leastTtlSeconds: 15,
  sendPath: '/vk/messages',
  lookUpPath: '/vk/messages',
  templatesPath: '/templates',
  imagesPath: '/images',
  secretHeader: 'x-gateway-secret',
  routes: { vk: 'VK', ok: 'OK' },
  policies: {
    any: 'any',
    mobileDevice: 'mobile_device_required',
    verifiedPhone: 'verified_phone_number',
  },
  statuses: {
    sent: 'sent',
    delivered: 'delivered',
    read: 'read',
    undelivered: 'undelivered',
    expired: 'expired',
  },
  statusCodes: {
    UNKNOWN_PHONE: 'phoneUnknown',
    NOT_IN_NETWORK: 'notInNetwork',
    PHONE_NOT_CONFIRMED: 'phoneNotConfirmed',
    PHONE_MOVED: 'phoneMoved',
    NO_ACTIVE_DEVICE: 'noActiveDevice',
    CLIENT_REFUSED: 'clientForbidsMessages',
    TTL_EXPIRED: 'ttlExpired',
  },
  refusals: {
    INVALID_PHONE: 'phoneUnknown',
    TEMPLATE_NOT_APPROVED: 'contentRefused',
    INVALID_VARIABLES: 'contentRefused',
    TEXT_TOO_LONG: 'contentRefused',
    UNKNOWN_TEMPLATE: 'contentRefused',
  },
  stops: ['UNKNOWN_SERVICE'],
  templateUnknown: 'UNKNOWN_TEMPLATE',
};
