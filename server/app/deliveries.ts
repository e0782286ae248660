/** Deliveries: what their routes need, and what sums their figures. */

import type { Register } from '../accessRegister/register.ts';
import { createAudit } from '../audit/audit.ts';
import type { People } from '../auth/people.ts';
import { startSumming } from '../deliveryReports/sumHours.ts';
import type { DeliveryRouteParts } from '../http/deliveries.route.ts';
import type { Phones } from '../phones/servicePhones.ts';
import type { Ground } from './ground.ts';
import type { Sending } from './sending.ts';
import type { Templates } from './templates.ts';

export interface DeliveriesNeeds {
  people: People;
  templates: Templates;
  sending: Sending;
  phones: Phones;
  register: Register;
}

export function openDeliveries(
  { store, logger, closing }: Ground,
  { people, templates, sending, phones, register }: DeliveriesNeeds,
): DeliveryRouteParts {
  const summing = startSumming({ ...store, logger });
  closing.add(() => summing.stop());
  const { accepting, followUps } = sending;
  return {
    ...store,
    images: templates.images,
    phones,
    register,
    accepting,
    followUps,
    audit: createAudit(store.auditLines),
    nameOfPerson: async (personId) => (await people.readPerson(personId))?.name ?? null,
  };
}
