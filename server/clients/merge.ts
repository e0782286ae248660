/** Merges two clients who are one person, and splits off a user id that belongs to another person. */

import type { Types } from 'mongoose';
import { sealClientPhone } from '../phones/clientPhones.ts';
import { currentTime } from '../work/clock.ts';
import type { Client } from './client.model.ts';
import { runClientMerge, splitOffClient } from './clientMergeJob.ts';
import { asMerged, type PhoneBondDeps, phoneOf } from './phoneBonds.ts';

export type Merged =
  | { kind: 'merged'; client: Client }
  | { kind: 'notFound' }
  /** A client has one phone: the agent has to choose which of the two stays. */
  | { kind: 'bothHavePhones' };

/**
 * Moves the other client's user ids and conversations to this one, and the phone when this one has none.
 * @param keptPhone whose phone stays when both have one; the other has no client until a message proves its owner
 */
export async function mergeClients(
  deps: PhoneBondDeps,
  clientId: Types.ObjectId,
  otherId: Types.ObjectId,
  keptPhone?: 'own' | 'other',
): Promise<Merged> {
  if (clientId.equals(otherId)) return { kind: 'notFound' };
  const { clients, companyId, sealing } = deps;
  const [client, other] = await Promise.all(
    [clientId, otherId].map((_id) => clients.findOne({ _id, companyId }).lean<Client>()),
  );
  if (!client || !other) return { kind: 'notFound' };
  const haveBoth = client.phoneIndex !== undefined && other.phoneIndex !== undefined;
  if (haveBoth && keptPhone === undefined) return { kind: 'bothHavePhones' };
  const keepsOwn = haveBoth && keptPhone === 'own';
  const phone = keepsOwn ? null : phoneOf(deps, other);
  const merged = await runClientMerge(deps, clientId, {
    from: otherId,
    bonds: asMerged(other),
    phone:
      phone !== null
        ? {
            sealed: sealClientPhone(sealing, clientId, phone),
            index: other.phoneIndex!,
            bond: other.phoneBond ?? { how: 'hand', at: currentTime(), personName: null },
            confirmedAt: other.phoneConfirmedAt,
          }
        : null,
    ...(keepsOwn && { letsGo: other.phoneIndex! }),
    at: currentTime(),
  });
  return merged ? { kind: 'merged', client: merged } : { kind: 'notFound' };
}

/** Splits the user id and its conversations off into a new client. Null when it is unknown or the only one. */
export async function detachBond(
  deps: PhoneBondDeps,
  clientId: Types.ObjectId,
  key: string,
): Promise<{ client: Client; detached: Client } | null> {
  const { clients, companyId, clientConversations } = deps;
  const client = await clients.findOne({ _id: clientId, companyId }).lean<Client>();
  const bond = client?.bonds.find((each) => each.key === key);
  if (!client || !bond || client.bonds.length < 2) return null;
  const shownName = await clientConversations.shownName(clientId, bond);
  // The network's profile is read again when the person writes; until then the client has the previous name.
  const { isMerged, mergedName, ...own } = bond;
  const known = isMerged ? mergedName : shownName;
  const name = known ?? `id${bond.externalUserId.replace(/^user:/, '')}`;
  const detached = await splitOffClient(
    deps,
    { name, avatarSourceUrl: null },
    { from: clientId, bonds: [own], phone: null, at: currentTime() },
  );
  return { client: await clients.findById(clientId).orFail().lean<Client>(), detached };
}
