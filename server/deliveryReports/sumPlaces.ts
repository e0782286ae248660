/** Where counted transitions are added up: in the sum of their hour and in that of their day of UTC. */
import type { Model } from 'mongoose';
import {
  type CountedTransitions,
  DAY_MS,
  type DeliveryCountModels,
  type DeliveryDay,
  type DeliveryHour,
  HOUR_MS,
  hourIdOf,
} from './deliveryCounts.model.ts';

type Counted = Pick<CountedTransitions, 'companyId' | 'communityId' | 'hour' | 'key'>;

export interface SumPlace {
  model: Model<DeliveryHour> | Model<DeliveryDay>;
  id: string;
  /** What a new sum gets. */
  fields: object;
  /** The name by which the sum knows the counted document until that is marked. */
  nameOf(row: Counted): string;
  countedIdOf(name: string): string;
}

export function sumPlacesOf(
  { deliveryHours, deliveryDays }: Pick<DeliveryCountModels, 'deliveryHours' | 'deliveryDays'>,
  row: Counted,
): SumPlace[] {
  const { companyId, communityId, hour } = row;
  const hourId = hourIdOf(row);
  return [
    {
      model: deliveryHours,
      id: hourId,
      fields: { companyId, communityId, hour },
      nameOf: ({ key }) => key,
      countedIdOf: (name) => `${hourId}.${name}`,
    },
    {
      model: deliveryDays,
      id: dayIdOf(row),
      fields: { companyId, communityId, day: dayOf(hour) },
      nameOf: dayNameOf,
      countedIdOf: (name) => `${communityId.toHexString()}.${name}`,
    },
  ];
}

export function dayOf(hour: Date): Date {
  return new Date(Math.floor(hour.getTime() / DAY_MS) * DAY_MS);
}

export function dayIdOf({ communityId, hour }: Pick<Counted, 'communityId' | 'hour'>): string {
  return `${communityId.toHexString()}.${dayOf(hour).getTime() / DAY_MS}`;
}

/** With the hour: one write may make transitions in two hours of a day. */
export function dayNameOf({ hour, key }: Pick<Counted, 'hour' | 'key'>): string {
  return `${hour.getTime() / HOUR_MS}.${key}`;
}
