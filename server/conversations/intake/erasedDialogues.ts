/**
 * Dialogues of erased clients, under a digest that only this desk's key can make: the network still has their messages,
 * and reading its history again must not bring them back. Who writes anew afterwards is a new client.
 */
import { type Connection, type Model, Schema } from 'mongoose';
import type { Sealing } from '../../storage/sealing.ts';

export interface ErasedDialogue {
  /** Blind index of the community and the client's id in its network. */
  _id: string;
  /** The network's number of the last message that was erased; 0 where the network does not number. */
  tailPosition: number;
  /** Messages up to this moment were erased. */
  until: Date;
}

const erasedDialogueSchema = new Schema<ErasedDialogue>(
  {
    _id: { type: String, required: true },
    tailPosition: { type: Number, required: true },
    until: { type: Date, required: true },
  },
  { strict: 'throw', collection: 'erasedDialogues', versionKey: false },
);

export function erasedDialogueModel(connection: Connection): Model<ErasedDialogue> {
  return (
    connection.models.ErasedDialogue ??
    connection.model<ErasedDialogue>('ErasedDialogue', erasedDialogueSchema)
  );
}

export interface ErasedDialogues {
  find(communityId: string, peerId: string): Promise<ErasedDialogue | null>;
  /** Safe to repeat; what was erased only grows. */
  add(communityId: string, peerId: string, erased: Omit<ErasedDialogue, '_id'>): Promise<void>;
}

export function createErasedDialogues(model: Model<ErasedDialogue>, sealing: Sealing): ErasedDialogues {
  const idOf = (communityId: string, peerId: string) =>
    sealing.blindIndex(`${communityId} ${peerId}`, 'erased dialogue');
  return {
    find: (communityId, peerId) => model.findById(idOf(communityId, peerId)).lean<ErasedDialogue>().exec(),
    async add(communityId, peerId, { tailPosition, until }) {
      await model.updateOne(
        { _id: idOf(communityId, peerId) },
        { $max: { tailPosition, until } },
        { upsert: true },
      );
    },
  };
}
