/** A stored client as the card shows it. Views open the phone only here, and mask it by the reader's role. */
import type { ClientView, FoundClient } from '../../shared/schemas/client.ts';
import type { Role } from '../../shared/schemas/person.ts';
import { maskPhone } from '../auth/permissions.ts';
import { openClientPhone } from '../phones/clientPhones.ts';
import type { Sealing } from '../storage/sealing.ts';
import type { Bond, Client } from './client.model.ts';

export function toClientView(client: Client, role: Role, sealing: Sealing): ClientView {
  const id = client._id.toHexString();
  const phone = client.phoneSealed ? openClientPhone(sealing, client._id, client.phoneSealed) : null;
  return {
    id,
    name: client.name,
    avatarUrl: client.avatarSourceUrl ? `/media/clients/${id}` : null,
    bonds: client.bonds.map(toBondView),
    phone: phone && maskPhone(phone, role),
    phoneBond: client.phoneBond
      ? {
          how: client.phoneBond.how,
          at: client.phoneBond.at.toISOString(),
          personName: client.phoneBond.personName,
        }
      : null,
    phoneConfirmedAt: client.phoneConfirmedAt?.toISOString() ?? null,
    firstSeenAt: client.firstSeenAt.toISOString(),
    locale: client.locale,
  };
}

/** The short view by which an agent recognises another client in a list. */
export function toFoundClient(client: Client, role: Role, sealing: Sealing): FoundClient {
  const { id, name, avatarUrl, bonds, phone } = toClientView(client, role, sealing);
  return { id, name, avatarUrl, bonds, phone };
}

function toBondView(bond: Bond): ClientView['bonds'][number] {
  return {
    network: bond.network,
    externalUserId: bond.externalUserId,
    profileUrl: profileUrl(bond),
    bondedAt: bond.bondedAt.toISOString(),
    isMerged: bond.isMerged ?? false,
  };
}

function profileUrl({ network, externalUserId }: Bond): string {
  if (network === 'vk') return `https://vk.ru/id${externalUserId}`;
  // OK's Bot API uses `user:570…`; its profile pages use the number alone.
  return `https://ok.ru/profile/${externalUserId.replace(/^user:/, '')}`;
}
