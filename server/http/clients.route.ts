/**
 * Clients over HTTP: the service messages sent to them, and what agents set by hand about their phones and user ids.
 */

import { randomUUID } from 'node:crypto';
import { type Model, Types } from 'mongoose';
import type { ClientView } from '../../shared/schemas/client.ts';
import type { ClientChange } from '../../shared/schemas/personalData.ts';
import type { Register } from '../accessRegister/register.ts';
import { can, conversationFilterFor } from '../auth/permissions.ts';
import type { SignedInPerson } from '../auth/signedIn.ts';
import { bondKey, type Client } from '../clients/client.model.ts';
import { toClientView, toFoundClient } from '../clients/clientView.ts';
import { findClients } from '../clients/findClients.ts';
import { detachBond, mergeClients } from '../clients/merge.ts';
import { type PhoneBondDeps, unbondPhone } from '../clients/phoneBonds.ts';
import type { ClientConversations } from '../conversations/clientConversations.ts';
import type { Conversation } from '../conversations/conversation.model.ts';
import type { ClientBonds } from '../matching/clientBonds.ts';
import { phoneOrNull } from '../phones/readPhone.ts';
import { listClientMessages } from '../serviceMessages/clientMessages.ts';
import type { ServiceMessage } from '../serviceMessages/serviceMessage.model.ts';
import type { AuditedChange, PlannedLine } from './auditedChange.ts';
import type { EndpointRouter } from './endpointRouter.ts';
import { DeskError } from './errors.ts';
import { findVisibleClient } from './findVisibleClient.ts';

export interface ClientRouteDeps extends PhoneBondDeps {
  clientConversations: ClientConversations;
  conversations: Model<Conversation>;
  serviceMessages: Model<ServiceMessage>;
  bonds: ClientBonds;
  auditedChange: AuditedChange;
  register: Pick<Register, 'write' | 'recordView'>;
}

const CONVERSATIONS_OF_CLIENT = 200;

export function clientRoutes({ handle }: EndpointRouter, deps: ClientRouteDeps): void {
  const { companyId, clients, clientConversations, conversations, sealing, bonds } = deps;

  async function visibleClient(clientId: string, person: SignedInPerson): Promise<Client> {
    const client = await findVisibleClient(deps, clientId, person);
    if (!client || client.erasedAt) throw new DeskError('notFound', { message: 'Client not found' });
    return client;
  }
  const viewOf = async (clientId: Types.ObjectId, person: SignedInPerson): Promise<ClientView> =>
    toClientView(await clients.findById(clientId).orFail().lean<Client>(), person.role, sealing);
  const foundBy = (person: SignedInPerson, client: Client) => {
    if (client.phoneSealed !== null && can(person, 'readFullPhone'))
      deps.register.recordView(person, client._id, ['phone']);
    return toFoundClient(client, person.role, sealing);
  };
  const rowsOf = (clientId: Types.ObjectId) =>
    conversations.find({ clientId }).limit(CONVERSATIONS_OF_CLIENT).lean<Conversation[]>();

  /** Does the change, and stores it in the register and the audit. @param change null when nothing was changed. */
  function audited<T>(
    person: SignedInPerson,
    what: Exclude<ClientChange, 'phoneBonded' | 'phoneTaken'>,
    clientId: Types.ObjectId,
    change: () => Promise<{ done: T; other?: Types.ObjectId } | null>,
  ): Promise<T | null> {
    const line = clientLine(person, `client.${what}`, clientId);
    return deps.auditedChange([line], async (write) => {
      const changed = await change();
      if (!changed) return null;
      const { done, other } = changed;
      const key = randomUUID();
      const entry = { action: 'changed', person, details: { what } } as const;
      await deps.register.write({ ...entry, key, clientId });
      // The register of the other client shows it too, because data moved between the two.
      if (other) await deps.register.write({ ...entry, key: `${key}:other`, clientId: other });
      await write({ ...line, details: other ? { other: other.toHexString() } : {} });
      return done;
    });
  }

  handle('listClientServiceMessages', async ({ params, query, person }) => {
    const { phoneIndex } = await visibleClient(params.clientId, person);
    if (phoneIndex === undefined) return { messages: [], nextCursor: null };
    return listClientMessages(
      deps.serviceMessages,
      { companyId, phoneIndex, ...conversationFilterFor(person) },
      query,
    );
  });

  handle('findClients', async ({ body, person }) => {
    const found = await findClients(deps, body.text);
    const visible = await Promise.all(found.map(({ _id }) => findVisibleClient(deps, _id, person)));
    return { clients: visible.flatMap((client) => (client ? [foundBy(person, client)] : [])) };
  });

  handle('bondPhone', async ({ params, body, person }) => {
    const client = await visibleClient(params.clientId, person);
    const phone = phoneOrNull(body.phone);
    if (phone === null) return { outcome: 'phoneInvalid' as const };
    if (body.mergeWith) await visibleClient(body.mergeWith, person);
    // The bond writes its own line, and writes it again when it is repeated.
    const planned = { ...clientLine(person, 'client.phoneBonded', client._id), details: { how: 'hand' } };
    const bonded = await deps.auditedChange([planned], () =>
      bonds.bondByHand(client._id, {
        phone,
        person,
        ...(body.mergeWith && { mergeWith: new Types.ObjectId(body.mergeWith) }),
      }),
    );
    switch (bonded.kind) {
      case 'bonded':
        return { outcome: 'bonded' as const, client: await viewOf(client._id, person) };
      case 'hasOther': {
        const other = await findVisibleClient(deps, bonded.other._id, person);
        return { outcome: 'hasOther' as const, other: other && foundBy(person, other) };
      }
      default:
        throw new DeskError('notFound', { message: 'Client not found' });
    }
  });

  handle('unbondPhone', async ({ params, person }) => {
    const { _id } = await visibleClient(params.clientId, person);
    const undone = await audited(person, 'phoneUnbonded', _id, async () => {
      const done = await unbondPhone(deps, _id);
      return done && { done };
    });
    // A repeat finishes what a failing store left: the former phone's messages must not stay in the threads.
    const { refusedPhoneIndexes = [] } = await clients.findById(_id).orFail().lean<Client>();
    const former = undone ? [undone.phoneIndex] : refusedPhoneIndexes;
    const aligned = former.length > 0 ? await clientConversations.align(_id) : [];
    for (const phoneIndex of former) await bonds.withdraw(aligned, phoneIndex);
    return { client: await viewOf(_id, person) };
  });

  handle('mergeClients', async ({ params, body, person }) => {
    const [{ _id }, other] = await Promise.all([
      visibleClient(params.clientId, person),
      visibleClient(body.otherClientId, person),
    ]);
    await audited(person, 'merged', _id, async () => {
      const done = await mergeClients(deps, _id, other._id, body.phone);
      if (done.kind === 'bothHavePhones')
        throw new DeskError('clientsHavePhones', {
          message: 'Each of the two clients has a phone: choose which one stays',
        });
      if (done.kind === 'notFound') throw new DeskError('notFound', { message: 'Client not found' });
      return { done, other: other._id };
    });
    await bonds.alignThreads(_id);
    return { client: await viewOf(_id, person) };
  });

  handle('detachBond', async ({ params, body, person }) => {
    const { _id, phoneIndex } = await visibleClient(params.clientId, person);
    // Its conversations move: the person must be able to see one of them, not another of the client's.
    const isVisible = await conversations.exists({
      companyId,
      clientId: _id,
      network: body.network,
      peerId: body.externalUserId,
      ...conversationFilterFor(person),
    });
    if (!isVisible) throw noSuchBond();
    const detached = await audited(person, 'detached', _id, async () => {
      const done = await detachBond(deps, _id, bondKey(body.network, body.externalUserId));
      return done && { done, other: done.detached._id };
    });
    if (!detached) throw noSuchBond();
    const { detached: own } = detached;
    await clientConversations.align(own._id);
    if (phoneIndex !== undefined) await bonds.withdraw(await rowsOf(own._id), phoneIndex);
    const { id, name, avatarUrl } = toClientView(own, person.role, sealing);
    return { client: await viewOf(_id, person), detached: { id, name, avatarUrl } };
  });
}

const clientLine = <Action extends Extract<PlannedLine['action'], `client.${string}`>>(
  person: SignedInPerson,
  action: Action,
  clientId: Types.ObjectId,
) => ({
  actor: person,
  action,
  subject: { kind: 'client' as const, id: clientId.toHexString(), name: clientId.toHexString() },
  details: {},
});

function noSuchBond(): DeskError {
  return new DeskError('notFound', { message: 'The client has no such user id, or it is their only one' });
}
