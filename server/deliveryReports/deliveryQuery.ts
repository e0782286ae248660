/**
 * Turns a person's filters into a query. One filter leads: its index gives messages in order of acceptance. The other
 * filters are checked on those messages, a bounded number at a time (`readDeliveries.ts`). An index for every
 * combination would slow down thousands of writes a second, so this screen adds none.
 */
import type { Types } from 'mongoose';
import { type DeliveryFilters, mendableCodes } from '../../shared/schemas/delivery.ts';
import type { ServiceStatus } from '../../shared/v1/statuses.ts';
import { type Permitted, visibleCommunityIds } from '../auth/permissions.ts';
import type { Community } from '../communities/community.model.ts';

export type Condition = Record<string, unknown>;

export interface DeliveryQuery {
  /** An index of `serviceMessages`; it ends in `acceptedAt`, `_id`. */
  index: Record<string, 1 | -1>;
  /** Equalities on the first fields of that index. */
  lead: Condition;
  /** Conditions checked message by message; empty when the index answers alone. */
  rest: Condition;
  from: Date | null;
  to: Date | null;
}

export interface QueryDeps {
  companyId: Types.ObjectId;
  communities: readonly Community[];
  phoneIndex: string | null;
}

const inOrder = { acceptedAt: -1, _id: -1 } as const;
/** Most messages end in these. Messages in other statuses are few, so such a status leads before the template. */
const usual: readonly ServiceStatus[] = ['sent', 'delivered', 'read'];

export function deliveryQuery(
  person: Permitted,
  filters: DeliveryFilters,
  { companyId, communities, phoneIndex }: QueryDeps,
): DeliveryQuery {
  const { template, network, from, to, view } = filters;
  const status = statusOfView[view] ?? filters.status;
  const equalities: [string, string | null][] = [
    ['phoneIndex', phoneIndex],
    ['status', status && !usual.includes(status) ? status : null],
    ['templateName', template ?? null],
    ['status', status ?? null],
  ];
  const [leader] = equalities.filter(([, value]) => value !== null);
  const lead: Condition = { companyId, ...(leader ? { [leader[0]]: leader[1] } : {}) };
  const rest: Condition = {};
  for (const [field, value] of equalities) if (value !== null && !(field in lead)) rest[field] = value;
  if (view === 'ended') rest.endCode = { $in: mendableCodes };
  if (view === 'neverSent') rest['history.status'] = { $ne: 'sent' };

  const visible = visibleCommunityIds(person);
  const shown = communities.filter(
    (each) =>
      (visible === 'all' || visible.includes(each._id.toHexString())) &&
      (network === undefined || each.network === network) &&
      (view !== 'stuck' || isStopped(each)),
  );
  // A person who sees every community needs no condition.
  if (visible !== 'all' || network !== undefined || view === 'stuck')
    rest.communityId = { $in: shown.map(({ _id }) => _id) };
  return {
    index: { companyId: 1, ...(leader ? { [leader[0]]: 1 } : {}), ...inOrder },
    lead,
    rest,
    from: from === undefined ? null : new Date(from),
    to: to === undefined ? null : new Date(to),
  };
}

const statusOfView: Partial<Record<DeliveryFilters['view'], ServiceStatus>> = {
  ended: 'undelivered',
  neverSent: 'expired',
  stuck: 'queued',
};

/** The community sends nothing until an administrator acts. */
export function isStopped({ isEnabled, connection, notify }: Community): boolean {
  return !isEnabled || (notify ? notify.stopped !== null : connection.state === 'stopped');
}
