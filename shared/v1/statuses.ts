/** Values that the sending API and the desk share: statuses of a message and networks. */
import { z } from 'zod';

/** N1, the delivery statuses, in order; `queued` comes before the five of the rule. */
export const serviceStatuses = ['queued', 'sent', 'delivered', 'read', 'undelivered', 'expired'] as const;
export const serviceStatus = z.enum(serviceStatuses);
export type ServiceStatus = z.infer<typeof serviceStatus>;

const deliveryPolicies = ['any', 'mobileDevice', 'verifiedPhone'] as const;
export const deliveryPolicy = z.enum(deliveryPolicies);
export type DeliveryPolicy = z.infer<typeof deliveryPolicy>;
