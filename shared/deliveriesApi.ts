/** The HTTP contract of delivery reports: service messages, their statuses and statistics. */
import { z } from 'zod';
import type { Endpoint } from './endpoint.ts';
import { id, network, time } from './schemas/common.ts';
import {
  againOutcome,
  deliveriesPage,
  deliveryDetail,
  deliveryLimits,
  deliverySearch,
  deliveryStats,
  deliveryTemplate,
} from './schemas/delivery.ts';

const ofDelivery = z.object({ messageId: id });

export const deliveryEndpoints = {
  searchDeliveries: {
    method: 'POST',
    path: '/api/deliveries/search',
    summary:
      'One page of service messages, the latest accepted first; a phone is searched by its blind index',
    role: 'supervisor',
    body: deliverySearch,
    status: 200,
    answer: deliveriesPage,
  },
  countDeliveries: {
    method: 'GET',
    path: '/api/deliveries/hours',
    summary:
      'Counts of messages sent, delivered, read, undelivered by reason and expired: per hour, optionally of one template, and per template',
    role: 'supervisor',
    query: z.strictObject({
      from: time,
      to: time,
      network: network.optional(),
      template: deliveryTemplate.optional(),
    }),
    status: 200,
    answer: deliveryStats,
  },
  readDelivery: {
    method: 'GET',
    path: '/api/deliveries/:messageId',
    summary: "One service message with its whole history, the networks' late and repeated reports included",
    role: 'supervisor',
    params: ofDelivery,
    status: 200,
    answer: deliveryDetail,
  },
  cancelDelivery: {
    method: 'POST',
    path: '/api/deliveries/:messageId/cancel',
    summary: 'Cancels a queued message that no network was asked to send',
    role: 'supervisor',
    params: ofDelivery,
    status: 200,
    answer: deliveryDetail,
  },
  tryDeliveriesAgain: {
    method: 'POST',
    path: '/api/deliveries/again',
    summary:
      'Sends again each message that failed for a reason a person can fix; a repeat makes no second message',
    role: 'supervisor',
    body: z.strictObject({ messageIds: z.array(id).min(1).max(deliveryLimits.again) }),
    status: 202,
    answer: z.object({ results: z.array(againOutcome) }),
  },
} as const satisfies Record<string, Endpoint>;
