/**
 * Whose a phone is (N6): set by what a message proves or by a colleague's word, kept with how it became known, and undone
 * by a colleague. A phone has one client; a phone that answers from another person's user id has moved to that person.
 */
import type { Model, Types } from 'mongoose';
import type { PhoneEvidence } from '../../shared/schemas/client.ts';
import type { Network } from '../../shared/schemas/common.ts';
import { openClientPhone, sealClientPhone } from '../phones/clientPhones.ts';
import { phoneIndexOf } from '../phones/phoneIndex.ts';
import { isDuplicateKey } from '../storage/database.ts';
import type { Sealing } from '../storage/sealing.ts';
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
  /** The network in which a message proved it; null for a colleague's word. */
  network: Network | null;
  personName: string | null;
  /** The client that a colleague has seen to be the same person. */
  mergeWith?: Types.ObjectId;
}

export type PhoneBonded =
  | { kind: 'bonded'; client: Client; isNew: boolean; other: Types.ObjectId | null }
  /** A colleague has said that it is not this client's phone. */
  | { kind: 'refusedBefore' }
  /** It is another client's, and a colleague has to say whether they are the same. */
  | { kind: 'hasOther'; other: Client }
  | { kind: 'notFound' };

/** Safe to repeat and to race: the phone's unique key lets one win, and the other judges anew. */
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
    const bond: PhoneBond = { how: claim.how, at: new Date(), personName: claim.personName };
    const sealed = sealClientPhone(sealing, clientId, claim.phone);
    const other = await clients
      .findOne({ companyId, phoneIndex: index, _id: { $ne: clientId } })
      .lean<Client>();
    if (other) {
      if (claim.how === 'hand' && !claim.mergeWith?.equals(other._id)) return { kind: 'hasOther', other };
      const isSame = isSamePerson(claim, client, other);
      const taken = await runClientMerge(deps, clientId, {
        from: other._id,
        bonds: isSame ? asMerged(other) : [],
        // What was confirmed by who had the number before says nothing of who has it now.
        phone: { sealed, index, bond, confirmedAt: isSame ? other.phoneConfirmedAt : null },
        at: bond.at,
      });
      if (!taken) return { kind: 'notFound' };
      return { kind: 'bonded', client: taken, isNew: true, other: other._id };
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
 * An answer from a user id of a network where the phone's client has another one comes from another person: the number
 * has moved. Where the client had none in that network, it is the same person met there for the first time.
 */
function isSamePerson({ network, how }: PhoneClaim, client: Client, other: Client): boolean {
  if (how === 'hand') return true;
  const networks = new Set(client.bonds.map((bond) => bond.network));
  return !other.bonds.some((bond) => bond.network === network || networks.has(bond.network));
}

/** This client's user ids as another will have them. */
export function asMerged({ bonds, name }: Pick<Client, 'bonds' | 'name'>): Bond[] {
  return bonds.map((bond) => ({ ...bond, isMerged: true, mergedName: bond.mergedName ?? name }));
}

/** The phone is not this client's: no message ties it again by itself. Null when the client has none. */
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
