/** The named parts of the list of deliveries. */
import { z } from 'zod';

/**
 * `ended` did not reach the client for a reason that a person can mend, `neverSent` ran out of time before any network
 * took it, `stuck` waits for a community that stopped.
 */
export const deliveryViews = ['all', 'ended', 'neverSent', 'stuck'] as const;
export const deliveryView = z.enum(deliveryViews);
export type DeliveryView = z.infer<typeof deliveryView>;
