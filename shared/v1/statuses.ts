/** The words of the sending API that the whole desk shares: a message's status, and whom it may reach. */
import { z } from 'zod';

/** N1, in the order a message goes through them; `queued` is before the five. */
export const serviceStatuses = ['queued', 'sent', 'delivered', 'read', 'undelivered', 'expired'] as const;
export const serviceStatus = z.enum(serviceStatuses);
export type ServiceStatus = z.infer<typeof serviceStatus>;

const deliveryPolicies = ['any', 'mobileDevice', 'verifiedPhone'] as const;
export const deliveryPolicy = z.enum(deliveryPolicies);
export type DeliveryPolicy = z.infer<typeof deliveryPolicy>;
