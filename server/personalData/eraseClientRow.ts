/** Erases the client's own data: name, phone, bonds, avatar. The document stays, because others refer to its id. */
import type { Model } from 'mongoose';
import type { Client } from '../clients/client.model.ts';
import type { DeadLetter } from '../deadLetters/deadLetter.model.ts';
import { eraseDeadLettersOf } from '../deadLetters/lettersOfClient.ts';
import { openClientPhone } from '../phones/clientPhones.ts';
import type { Sealing } from '../storage/sealing.ts';
import type { Erasure } from './erasure.model.ts';

/** Stored where a name is required; screens translate it. */
export const ERASED_NAME = 'Удалённый клиент';

export interface EraseClientRowDeps {
  clients: Model<Client>;
  erasures: Model<Erasure>;
  deadLetters: Model<DeadLetter>;
  sealing: Sealing;
}

/** Removes the phone from clients of whom an agent had said that it is not theirs. Safe to repeat. */
export async function forgetRefusedPhone(
  { clients }: Pick<EraseClientRowDeps, 'clients'>,
  { companyId, phoneIndex }: Pick<Erasure, 'companyId' | 'phoneIndex'>,
): Promise<void> {
  if (phoneIndex === undefined) return;
  await clients.updateMany(
    { companyId, refusedPhoneIndexes: phoneIndex },
    { $pull: { refusedPhoneIndexes: phoneIndex } },
  );
}

export const phoneOfErasure = (sealing: Sealing, { _id, phoneSealed }: Erasure): string | null =>
  phoneSealed === undefined ? null : sealing.open(phoneSealed, erasurePhonePurpose(_id));

export const erasurePhonePurpose = (erasureId: Erasure['_id']) => `erasure phone ${erasureId.toHexString()}`;

/**
 * Stores the phone in the erasure before it erases the client: the phone finds the other data. Safe to repeat.
 * @returns the erasure as stored now; null while another client is being merged into this one.
 */
export async function eraseClientRow(
  { clients, erasures, deadLetters, sealing }: EraseClientRowDeps,
  erasure: Erasure,
  now: Date,
): Promise<Erasure | null> {
  for (;;) {
    const client = await clients.findById(erasure.clientId).lean<Client>();
    if (!client || client.erasedAt) return erasures.findById(erasure._id).orFail().lean<Erasure>();
    if (client.takeover) return null;
    const { phoneIndex, phoneSealed } = client;
    if (phoneSealed !== null) {
      const phone = openClientPhone(sealing, client._id, phoneSealed);
      await erasures.updateOne(
        { _id: erasure._id },
        {
          $set: {
            phoneSealed: sealing.seal(phone, erasurePhonePurpose(erasure._id)),
            ...(phoneIndex === undefined ? {} : { phoneIndex }),
          },
        },
      );
    }
    // The bonds find them, and the write below removes the bonds.
    await eraseDeadLettersOf({ companyId: erasure.companyId, deadLetters }, client.bonds);
    // A phone that was set meanwhile must be stored in the erasure first.
    await clients.updateOne(
      { _id: client._id, phoneSealed, takeover: { $exists: false }, erasedAt: { $exists: false } },
      {
        $set: {
          name: ERASED_NAME,
          avatarSourceUrl: null,
          phoneSealed: null,
          phoneConfirmedAt: null,
          locale: null,
          profileReadAt: null,
          bonds: [],
          erasedAt: now,
        },
        $unset: { phoneIndex: 1, phoneBond: 1, refusedPhoneIndexes: 1 },
      },
    );
  }
}
