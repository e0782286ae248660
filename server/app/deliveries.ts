/** Wiring of delivery reports: the dependencies of their routes, and the worker that keeps their statistics. */

import type { Register } from '../accessRegister/register.ts';
import { createAudit } from '../audit/audit.ts';
import { createAudited } from '../audit/audited.ts';
import type { People } from '../auth/people.ts';
import { startSumming } from '../deliveryReports/sumHours.ts';
import type { DeliveryRouteDeps } from '../http/deliveries.route.ts';
import type { Phones } from '../phones/servicePhones.ts';
import type { AppContext } from './context.ts';
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
  { store, logger, closing }: AppContext,
  { people, templates, sending, phones, register }: DeliveriesNeeds,
): DeliveryRouteDeps {
  const summing = startSumming({ ...store, logger });
  closing.add(() => summing.stop());
  const { accepting, statusEffects } = sending;
  return {
    ...store,
    images: templates.images,
    phones,
    register,
    accepting,
    statusEffects,
    audit: createAudit(store.auditLines),
    audited: createAudited(store),
    nameOfPerson: async (personId) => (await people.readPerson(personId))?.name ?? null,
  };
}
