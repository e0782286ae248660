/**
 * One partner's protocol as a table: field names, status names, codes. Another partner is another table. This one is
 * Devino's (docs.devino.online, VK_OK; reference, section 1); where that page is silent, it follows our sandbox.
 */
import type { Network } from '../../../shared/schemas/common.ts';
import type { DeliveryPolicy } from '../../../shared/v1/statuses.ts';
import type { Receipt } from '../../serviceMessages/sending/serviceChannel.ts';
import type { EndCode } from '../../serviceMessages/serviceMessage.model.ts';

export interface Dialect {
  mostPerCall: number;
  /** The limit of one service, unless the operator sets another one. */
  perSecond: number;
  /** The gateway refuses a shorter lifetime. */
  leastTtlSeconds: number;
  /** How long after the end of a call the gateway may still carry it out. No partner says; this is a guess. */
  settleMs: number;
  sendPath: string;
  lookUpPath: string;
  /** Path for registering templates; null where people enter templates on the partner's site. */
  templatesPath: string | null;
  imagesPath: string | null;
  secretHeader: string;
  routes: Record<Network, string>;
  policies: Record<DeliveryPolicy, string>;
  statuses: Record<string, NonNullable<Receipt['status']>>;
  /** Reasons why an accepted message did not arrive. */
  statusCodes: Record<string, EndCode>;
  /** Reasons why a message was not accepted; any other code becomes `networkRefused`. */
  refusals: Record<string, EndCode>;
  /** Refusals of the whole service rather than of one message. */
  stops: string[];
  /** The gateway does not have this version of the template. */
  templateUnknown: string;
}

export const devino: Dialect = {
  mostPerCall: 1000,
  perSecond: 50,
  leastTtlSeconds: 15,
  settleMs: 10_000,
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
