/** Delivery reports over HTTP: what supervisors read about service messages, and how they cancel or retry them. */

import { randomUUID } from 'node:crypto';
import express, { Router } from 'express';
import { deliveryExport, deliveryLimits } from '../../shared/schemas/delivery.ts';
import type { Register } from '../accessRegister/register.ts';
import type { Audit, DetailsOf } from '../audit/audit.ts';
import { can, visibleCommunityIds } from '../auth/permissions.ts';
import type { CurrentPerson, SignedInPerson } from '../auth/signedIn.ts';
import { listCommunities } from '../communities/listCommunities.ts';
import {
  cancelDelivery,
  type DeliveryDeps,
  queryFor,
  readDelivery,
  searchDeliveries,
  tryDeliveriesAgain,
} from '../deliveryReports/deliveries.ts';
import { type DeliveryCountModels, HOUR_MS } from '../deliveryReports/deliveryCounts.model.ts';
import { deliveriesCsv } from '../deliveryReports/exportDeliveries.ts';
import { readCounts } from '../deliveryReports/readCounts.ts';
import { currentTime } from '../work/clock.ts';
import type { EndpointRouter } from './endpointRouter.ts';
import { DeskError } from './errors.ts';
import { sendBody } from './sendBody.ts';

export type DeliveryRouteDeps = DeliveryDeps & DeliveryCountModels & { register: ListRegister; audit: Audit };

/** The part of the register that records who saw full phones, and who exported them in a file (N17). */
export type ListRegister = Pick<Register, 'recordRowViews' | 'write' | 'complete'>;

export function deliveryRoutes({ handle }: EndpointRouter, deps: DeliveryRouteDeps): void {
  handle('searchDeliveries', async ({ body, person }) => {
    const page = await searchDeliveries(deps, person, body);
    if (!page) throw noPhone();
    const shown = [...page.rows, ...page.known].filter(({ phone }) => phone !== '');
    if (can(person, 'readFullPhone'))
      deps.register.recordRowViews(
        person,
        'deliveries',
        shown.map(({ id }) => id),
      );
    return page;
  });

  handle('countDeliveries', async ({ query, person }) => {
    const from = new Date(query.from);
    const to = new Date(query.to);
    if (to.getTime() - from.getTime() > (deliveryLimits.hours + 1) * HOUR_MS)
      throw new DeskError('badRequest', {
        message: `Request at most ${deliveryLimits.hours} hours`,
        field: 'from',
      });
    const communityIds = await countedCommunities(person, query.network);
    const { companyId } = deps;
    return readCounts(deps, { companyId, communityIds, template: query.template, from, to });
  });

  handle('readDelivery', ({ params, person }) => mustRead(person, params.messageId));

  handle('cancelDelivery', async ({ params, person }) => {
    const { kind } = await cancelDelivery(deps, person, params.messageId);
    if (kind === 'notFound') throw notFound();
    if (kind === 'notCancellable')
      throw new DeskError('conflict', { message: 'Only a queued message can be cancelled' });
    return mustRead(person, params.messageId);
  });

  handle('tryDeliveriesAgain', async ({ body, person }) => {
    if (!can(person, 'mendDeliveries')) throw new DeskError('forbidden');
    return { results: await tryDeliveriesAgain(deps, person, body.messageIds) };
  });

  async function mustRead(person: SignedInPerson, messageId: string) {
    const delivery = await readDelivery(deps, person, messageId);
    if (!delivery) throw notFound();
    if (can(person, 'readFullPhone') && delivery.phone !== '')
      deps.register.recordRowViews(person, 'deliveries', [delivery.id]);
    return delivery;
  }

  async function countedCommunities(
    person: SignedInPerson,
    network: 'vk' | 'ok' | undefined,
  ): Promise<readonly string[] | null> {
    const visible = visibleCommunityIds(person);
    if (network === undefined) return visible === 'all' ? null : visible;
    const communities = await listCommunities(deps.communities, deps.companyId);
    return communities
      .filter((each) => each.network === network)
      .map(({ _id }) => _id.toHexString())
      .filter((id) => visible === 'all' || visible.includes(id));
  }
}

/** The file is requested with a body, like the list, so that no phone stands in a URL. */
export function deliveryFilesRouter(deps: DeliveryRouteDeps & { currentPerson: CurrentPerson }): Router {
  const router = Router();
  router.post('/media/deliveries.csv', express.json({ limit: '8kb', strict: true }), async (req, res) => {
    const signedIn = await deps.currentPerson(req.headers);
    if (!signedIn) throw new DeskError('notSignedIn');
    const { person } = signedIn;
    if (!can(person, 'exportDeliveries')) throw new DeskError('forbidden');
    const asked = deliveryExport.safeParse(req.body ?? {});
    if (!asked.success) {
      const [issue] = asked.error.issues;
      throw new DeskError('badRequest', {
        message: `Invalid body, field ${issue?.path.join('.')}: ${issue?.message}`,
      });
    }
    const { language, ...filters } = asked.data;
    const query = await queryFor(deps, person, filters);
    if (!query) throw noPhone();

    const exportId = randomUUID();
    const { phone, ...shape } = filters;
    const about = { ...onlyGiven(shape), byPhone: phone !== undefined };
    const audit = auditOf(deps, person, exportId, about);
    await audit('deliveries.exportBegun', {});
    const line = { key: exportId, action: 'exported' } as const;
    await deps.register.write({
      ...line,
      person,
      clientId: null,
      details: {
        what: 'deliveries',
        ...about,
        phonesShown: can(person, 'readFullPhone'),
        textsShown: can(person, 'readSentTexts'),
      },
    });
    let rows = 0;
    let isComplete = false;
    try {
      res.set('Cache-Control', 'no-store');
      res.set('X-Content-Type-Options', 'nosniff');
      res.attachment(fileName(filters, currentTime())).type('text/csv; charset=utf-8');
      const csv = deliveriesCsv(deps, {
        query,
        role: person.role,
        language,
        onRows: (so) => {
          rows = so;
        },
      });
      isComplete = await sendBody(res, csv);
    } finally {
      await audit('deliveries.exported', { rows, isComplete });
      await deps.register.complete(line, { rows, isComplete });
    }
  });
  return router;
}

/**
 * Records the person, the filters and the number of rows. It records that a phone was searched for, never which one.
 */
function auditOf(
  { audit, companyId }: DeliveryRouteDeps,
  { id, name }: SignedInPerson,
  exportId: string,
  about: DetailsOf<'deliveries.exportBegun'>,
) {
  return (
    action: 'deliveries.exportBegun' | 'deliveries.exported',
    details: DetailsOf<'deliveries.exported'>,
  ) =>
    audit.append({
      _id: `${action}:${exportId}`,
      companyId,
      at: currentTime(),
      personId: id,
      personName: name,
      action,
      subject: { kind: 'export', id: exportId, name: 'deliveries' },
      details: { ...about, ...details },
    });
}

const onlyGiven = (filters: Record<string, string | undefined>) =>
  Object.fromEntries(
    Object.entries(filters).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );

/** `deliveries-undelivered-2026-03-01.csv`: the view and the day of the export. */
function fileName({ view, status }: { view: string; status?: string | undefined }, now: Date): string {
  const what = view === 'all' ? status : view;
  return `${['deliveries', what, now.toISOString().slice(0, 10)].filter(Boolean).join('-')}.csv`;
}

function notFound(): DeskError {
  return new DeskError('notFound', { message: 'Message not found' });
}

function noPhone(): DeskError {
  return new DeskError('badRequest', { message: 'This is not a phone number', field: 'phone' });
}
