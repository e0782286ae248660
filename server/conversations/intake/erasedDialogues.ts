/**
 * Dialogues of erased clients, under a digest that needs this desk's key. The network still has their messages, and a
 * backfill must not restore them. A person who writes again later is a new client.
 */
import { type Connection, type Model, Schema } from 'mongoose';
import type { Sealing } from '../../storage/sealing.ts';
import { upserting } from '../../storage/upserting.ts';

export interface ErasedDialogue {
  /** Blind index of the community and the client's id in its network. */
  _id: string;
  /** The network's number of the last erased message; 0 when the network does not number messages. */
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
  /** Safe to repeat: both limits only grow. */
  add(communityId: string, peerId: string, erased: Omit<ErasedDialogue, '_id'>): Promise<void>;
}

export function createErasedDialogues(model: Model<ErasedDialogue>, sealing: Sealing): ErasedDialogues {
  const idOf = (communityId: string, peerId: string) =>
    sealing.blindIndex(`${communityId} ${peerId}`, 'erased dialogue');
  return {
    find: (communityId, peerId) => model.findById(idOf(communityId, peerId)).lean<ErasedDialogue>().exec(),
    async add(communityId, peerId, { tailPosition, until }) {
      await upserting(() =>
        model.updateOne(
          { _id: idOf(communityId, peerId) },
          { $max: { tailPosition, until } },
          { upsert: true },
        ),
      );
    },
  };
}
