/** What is known of the client themself goes: name, phone, bonds, avatar. The row stays for those who name its id. */
import type { Model } from 'mongoose';
import type { Client } from '../clients/client.model.ts';
import { openClientPhone } from '../phones/clientPhones.ts';
import type { Sealing } from '../storage/sealing.ts';
import type { Erasure } from './erasure.model.ts';

/** Stands where a name must; screens say it in the reader's language. */
export const ERASED_NAME = 'Удалённый клиент';

export interface EraseClientRowDeps {
  clients: Model<Client>;
  erasures: Model<Erasure>;
  sealing: Sealing;
}

/** Others of whom a colleague had said that this phone is not theirs: the phone is nobody's now. */
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
 * The phone is kept in the erasure before it leaves the client: it finds the rest. Gives the erasure as it is then;
 * null while another client is becoming part of this one, which is finished first.
 */
export async function eraseClientRow(
  { clients, erasures, sealing }: EraseClientRowDeps,
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
    // A phone that was set meanwhile must be kept first.
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
