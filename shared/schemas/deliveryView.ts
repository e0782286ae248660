/** The tabs of the delivery list. */
import { z } from 'zod';

/**
 * `ended`: not delivered, and a person can fix the cause. `neverSent`: expired before any network accepted it.
 * `stuck`: waits for a stopped community.
 */
export const deliveryViews = ['all', 'ended', 'neverSent', 'stuck'] as const;
export const deliveryView = z.enum(deliveryViews);
export type DeliveryView = z.infer<typeof deliveryView>;
