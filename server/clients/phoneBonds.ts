/**
 * Which client has a phone (N6, replies under their message). A message or an agent bonds a phone, the evidence is
 * kept, and an agent can undo it. A phone has one client: a reply from another person's user id moves it to that
 * person.
 */

import type { Model, Types } from 'mongoose';
import type { PhoneEvidence } from '../../shared/schemas/client.ts';
import type { Network } from '../../shared/schemas/common.ts';
import { openClientPhone, sealClientPhone } from '../phones/clientPhones.ts';
import { phoneIndexOf } from '../phones/phoneIndex.ts';
import { isDuplicateKey } from '../storage/database.ts';
import type { Sealing } from '../storage/sealing.ts';
import { currentTime } from '../work/clock.ts';
import type { Bond, Client, PhoneBond } from './client.model.ts';
import { type ClientMergeDeps, finishClientMerge, runClientMerge } from './clientMergeJob.ts';
import { lastConfirmedAt, type PhoneReport } from './phoneReport.model.ts';

export interface PhoneBondDeps extends ClientMergeDeps {
  sealing: Sealing;
  phoneReports: Model<PhoneReport>;
}

export interface PhoneClaim {
  /** In E.164, with the plus. */
  phone: string;
  how: PhoneEvidence;
  /** The network in which a message proved it; null when an agent bonds it by hand. */
  network: Network | null;
  personName: string | null;
  /** The other client, when the agent confirms that both are the same person. */
  mergeWith?: Types.ObjectId;
}

export type PhoneBonded =
  | { kind: 'bonded'; client: Client; isNew: boolean; other: Types.ObjectId | null }
  /** An agent decided earlier that it is not this client's phone. */
  | { kind: 'refusedBefore' }
  /** Another client has it: the agent has to decide whether both are the same person. */
  | { kind: 'hasOther'; other: Client }
  | { kind: 'notFound' };

/** Safe to repeat and to race: the phone's unique key lets one call win, and the other starts again. */
export async function bondPhone(
  deps: PhoneBondDeps,
  clientId: Types.ObjectId,
  claim: PhoneClaim,
): Promise<PhoneBonded> {
  const { clients, companyId, sealing } = deps;
  const index = phoneIndexOf(sealing, claim.phone);
  for (;;) {
    const client = await clients.findOne({ _id: clientId, companyId }).lean<Client>();
    if (!client) return { kind: 'notFound' };
    if (client.phoneIndex === index && !client.takeover)
      return { kind: 'bonded', client, isNew: false, other: null };
    if (claim.how !== 'hand' && client.refusedPhoneIndexes?.includes(index)) return { kind: 'refusedBefore' };
    const bond: PhoneBond = { how: claim.how, at: currentTime(), personName: claim.personName };
    const sealed = sealClientPhone(sealing, clientId, claim.phone);
    const other = await clients
      .findOne({ companyId, phoneIndex: index, _id: { $ne: clientId } })
      .lean<Client>();
    if (other) {
      if (claim.how === 'hand' && !claim.mergeWith?.equals(other._id)) return { kind: 'hasOther', other };
      const isSame = isSamePerson(claim, client, other);
      const merged = await runClientMerge(deps, clientId, {
        from: other._id,
        bonds: isSame ? asMerged(other) : [],
        // The previous owner's confirmation proves nothing about the new owner.
        phone: { sealed, index, bond, confirmedAt: isSame ? other.phoneConfirmedAt : null },
        at: bond.at,
      });
      if (!merged) return { kind: 'notFound' };
      return { kind: 'bonded', client: merged, isNew: true, other: other._id };
    }
    const phoneConfirmedAt = await lastConfirmedAt(deps.phoneReports, companyId, index);
    try {
      const bonded = await clients
        .findOneAndUpdate(
          { _id: clientId, takeover: { $exists: false } },
          {
            $set: { phoneSealed: sealed, phoneIndex: index, phoneBond: bond, phoneConfirmedAt },
            $pull: { refusedPhoneIndexes: index },
          },
          { returnDocument: 'after' },
        )
        .lean<Client>();
      if (bonded) return { kind: 'bonded', client: bonded, isNew: true, other: null };
      await finishClientMerge(deps, clientId);
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
    }
  }
}

/**
 * A reply comes from another person when the phone's client has a different user id in that network: the number has
 * moved. A client without a user id in that network is the same person, who writes there for the first time.
 */
function isSamePerson({ network, how }: PhoneClaim, client: Client, other: Client): boolean {
  if (how === 'hand') return true;
  const networks = new Set(client.bonds.map((bond) => bond.network));
  return !other.bonds.some((bond) => bond.network === network || networks.has(bond.network));
}

/** This client's user ids, marked as merged for the client that receives them. */
export function asMerged({ bonds, name }: Pick<Client, 'bonds' | 'name'>): Bond[] {
  return bonds.map((bond) => ({ ...bond, isMerged: true, mergedName: bond.mergedName ?? name }));
}

/** Removes the phone; afterwards only an agent can bond it to this client again. Null when the client has none. */
export async function unbondPhone(
  { clients, companyId }: Pick<PhoneBondDeps, 'clients' | 'companyId'>,
  clientId: Types.ObjectId,
): Promise<{ client: Client; phoneIndex: string } | null> {
  const before = await clients.findOne({ _id: clientId, companyId }).lean<Client>();
  if (!before?.phoneIndex) return null;
  const client = await clients
    .findOneAndUpdate(
      { _id: clientId, phoneIndex: before.phoneIndex },
      {
        $set: { phoneSealed: null, phoneConfirmedAt: null },
        $unset: { phoneIndex: '', phoneBond: '' },
        $addToSet: { refusedPhoneIndexes: before.phoneIndex },
      },
      { returnDocument: 'after' },
    )
    .lean<Client>();
  return client && { client, phoneIndex: before.phoneIndex };
}

export function phoneOf(
  { sealing }: { sealing: Sealing },
  client: Pick<Client, '_id' | 'phoneSealed'>,
): string | null {
  return client.phoneSealed ? openClientPhone(sealing, client._id, client.phoneSealed) : null;
}
