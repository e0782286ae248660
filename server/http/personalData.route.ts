/** Personal data over HTTP, for administrators: the register, retention, erasure and export of one client (N17). */
import { Router } from 'express';
import { type Model, Types } from 'mongoose';
import type { ErasureView } from '../../shared/schemas/personalData.ts';
import { readRegister } from '../accessRegister/readRegister.ts';
import type { Register } from '../accessRegister/register.ts';
import { can } from '../auth/permissions.ts';
import type { CurrentPerson } from '../auth/signedIn.ts';
import type { Client } from '../clients/client.model.ts';
import type { Erasing } from '../personalData/erasing.ts';
import type { Erasure } from '../personalData/erasure.model.ts';
import { type ExportDeps, exportClient } from '../personalData/exportClient.ts';
import type { Retention } from '../personalData/retention.model.ts';
import { readRetention, setRetention } from '../personalData/retention.ts';
import type { StorageEncryption } from '../storage/storageEncryption.ts';
import type { AuditedChange } from './auditedChange.ts';
import type { EndpointRouter } from './endpointRouter.ts';
import { DeskError } from './errors.ts';
import { sendBody } from './sendBody.ts';

export interface PersonalDataRouteDeps extends Omit<ExportDeps, 'register'> {
  register: Register;
  registerLines: ExportDeps['register'];
  retention: Model<Retention>;
  erasing: Erasing;
  storageEncryption: Pick<StorageEncryption, 'view'>;
  /** An erasure was requested: wakes the worker that does it. */
  wakeErasing(): void;
}

export function personalDataRoutes(
  { handle }: EndpointRouter,
  deps: PersonalDataRouteDeps & { auditedChange: AuditedChange },
): void {
  const { companyId, clients, retention, erasing } = deps;

  handle('listRegister', ({ query }) =>
    readRegister({ companyId, clients, register: deps.registerLines }, query),
  );
  handle('readRetention', () => readRetention(retention, companyId));
  handle('setRetention', ({ body, person }) => {
    const line = {
      actor: person,
      action: 'retention.set' as const,
      subject: { kind: 'company' as const, id: companyId.toHexString(), name: 'retention' },
      details: body.periods,
    };
    return deps.auditedChange([line], async (write) => {
      const set = await setRetention(retention, companyId, body);
      if (!set)
        throw new DeskError('conflict', { message: 'Somebody else has changed the retention periods' });
      await write({ ...line, details: set.periods });
      return set;
    });
  });
  handle('readStorageEncryption', () => deps.storageEncryption.view());
  handle('listErasures', async () => ({ erasures: (await erasing.list()).map(toErasureView) }));
  handle('eraseClient', async ({ params, body, person }) => {
    const asked = await erasing.ask(params.clientId, body, person);
    if (asked.kind === 'clientNotFound') throw notFound();
    if (asked.kind === 'nameDiffers')
      throw new DeskError('nameDiffers', { message: 'This is not the client’s name', field: 'name' });
    deps.wakeErasing();
    return toErasureView(asked.erasure);
  });
}

/** The file with everything stored about a client. The register knows before its first byte goes out. */
export function clientExportRouter(deps: PersonalDataRouteDeps & { currentPerson: CurrentPerson }): Router {
  const router = Router();
  router.get('/media/clients/:clientId/export.json', async (req, res) => {
    const signedIn = await deps.currentPerson(req.headers);
    if (!signedIn) throw new DeskError('notSignedIn');
    const { person } = signedIn;
    if (!can(person, 'exportClient')) throw new DeskError('forbidden');
    const { clientId } = req.params;
    if (!/^[0-9a-f]{24}$/.test(clientId)) throw notFound();
    const client = await deps.clients.findOne({ _id: clientId, companyId: deps.companyId }).lean<Client>();
    if (!client) throw notFound();
    await deps.register.write({
      key: new Types.ObjectId().toHexString(),
      action: 'exported',
      person,
      clientId: client._id,
    });
    res.set('Cache-Control', 'no-store');
    res.set('X-Content-Type-Options', 'nosniff');
    res.attachment(`client-${clientId}.json`).type('application/json; charset=utf-8');
    await sendBody(res, exportClient({ ...deps, register: deps.registerLines }, client));
  });
  return router;
}

function toErasureView(erasure: Erasure): ErasureView {
  const { clientId, state, reason, reference, requestedAt, requestedBy, dueAt, finishedAt } = erasure;
  return {
    clientId: clientId.toHexString(),
    state,
    reason,
    reference,
    requestedAt: requestedAt.toISOString(),
    requestedBy: requestedBy.name,
    waitsUntil: dueAt?.toISOString() ?? null,
    finishedAt: finishedAt?.toISOString() ?? null,
  };
}

function notFound(): DeskError {
  return new DeskError('notFound', { message: 'Client not found' });
}
