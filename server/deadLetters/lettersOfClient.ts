/** The dead letters of one client, found by the client's ids in networks: for export and erasure (N17). */
import type { Model, Types } from 'mongoose';
import type { Network } from '../../shared/schemas/common.ts';
import type { Sealing } from '../storage/sealing.ts';
import type { DeadLetter } from './deadLetter.model.ts';
import { openDeadLetter } from './deadLetters.ts';

interface Deps {
  companyId: Types.ObjectId;
  deadLetters: Model<DeadLetter>;
}

/** One bond of the client. */
export interface NetworkId {
  network: Network;
  externalUserId: string;
}

const filterOf = (companyId: Types.ObjectId, { network, externalUserId: peerId }: NetworkId) => ({
  companyId,
  network,
  peerId,
});

/** Safe to repeat. */
export async function eraseDeadLettersOf(
  { companyId, deadLetters }: Deps,
  ids: readonly NetworkId[],
): Promise<void> {
  for (const each of ids) await deadLetters.deleteMany(filterOf(companyId, each));
}

export async function* deadLettersOf(
  { companyId, deadLetters, sealing }: Deps & { sealing: Sealing },
  ids: readonly NetworkId[],
): AsyncGenerator<{ at: Date; eventType: string; raw: string }> {
  for (const each of ids)
    for await (const letter of deadLetters.find(filterOf(companyId, each)).lean<DeadLetter[]>().cursor())
      yield { at: letter.at, eventType: letter.eventType, raw: openDeadLetter(sealing, letter) };
}
