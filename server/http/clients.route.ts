/**
 * Clients over HTTP: the service messages sent to them, and what agents set by hand about their phones and user ids.
 */

import { randomUUID } from 'node:crypto';
import { type Model, Types } from 'mongoose';
import type { ClientView } from '../../shared/schemas/client.ts';
import type { ClientChange } from '../../shared/schemas/personalData.ts';
import type { Register } from '../accessRegister/register.ts';
import type { Audit } from '../audit/audit.ts';
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
import { currentTime } from '../work/clock.ts';
import type { EndpointRouter } from './endpointRouter.ts';
import { DeskError } from './errors.ts';
import { findVisibleClient } from './findVisibleClient.ts';

export interface ClientRouteDeps extends PhoneBondDeps {
  clientConversations: ClientConversations;
  conversations: Model<Conversation>;
  serviceMessages: Model<ServiceMessage>;
  bonds: ClientBonds;
  audit: Audit;
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

  async function recordChange(
    person: SignedInPerson,
    what: Exclude<ClientChange, 'phoneBonded' | 'phoneTaken'>,
    clientId: Types.ObjectId,
    details: { other?: string } = {},
  ): Promise<void> {
    const key = randomUUID();
    const change = { action: 'changed', person, details: { what } } as const;
    await deps.register.write({ ...change, key, clientId });
    // The register of the other client shows it too, because data moved between the two.
    if (details.other !== undefined)
      await deps.register.write({
        ...change,
        key: `${key}:other`,
        clientId: new Types.ObjectId(details.other),
      });
    await deps.audit.append({
      _id: `client:${key}`,
      companyId,
      at: currentTime(),
      personId: person.id,
      personName: person.name,
      action: `client.${what}`,
      subject: { kind: 'client', id: clientId.toHexString(), name: clientId.toHexString() },
      details,
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
    const bonded = await bonds.bondByHand(client._id, {
      phone,
      person,
      ...(body.mergeWith && { mergeWith: new Types.ObjectId(body.mergeWith) }),
    });
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
    const undone = await unbondPhone(deps, _id);
    if (undone) {
      await recordChange(person, 'phoneUnbonded', _id);
      await bonds.withdraw(await clientConversations.align(_id), undone.phoneIndex);
    }
    return { client: await viewOf(_id, person) };
  });

  handle('mergeClients', async ({ params, body, person }) => {
    const [{ _id }, other] = await Promise.all([
      visibleClient(params.clientId, person),
      visibleClient(body.otherClientId, person),
    ]);
    const merged = await mergeClients(deps, _id, other._id, body.phone);
    if (merged.kind === 'bothHavePhones')
      throw new DeskError('clientsHavePhones', {
        message: 'Each of the two clients has a phone: choose which one stays',
      });
    if (merged.kind === 'notFound') throw new DeskError('notFound', { message: 'Client not found' });
    await recordChange(person, 'merged', _id, { other: other._id.toHexString() });
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
    const detached = await detachBond(deps, _id, bondKey(body.network, body.externalUserId));
    if (!detached) throw noSuchBond();
    const { detached: own } = detached;
    await recordChange(person, 'detached', _id, { other: own._id.toHexString() });
    await clientConversations.align(own._id);
    if (phoneIndex !== undefined) await bonds.withdraw(await rowsOf(own._id), phoneIndex);
    const { id, name, avatarUrl } = toClientView(own, person.role, sealing);
    return { client: await viewOf(_id, person), detached: { id, name, avatarUrl } };
  });
}

function noSuchBond(): DeskError {
  return new DeskError('notFound', { message: 'The client has no such user id, or it is their only one' });
}
