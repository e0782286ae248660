/** The collections of this room, for the store to open. */
import type { Connection, Model } from 'mongoose';
import { registerModel, type StoredRegisterLine } from '../accessRegister/register.model.ts';
import { type Erasure, erasureModel } from './erasure.model.ts';
import { type Retention, retentionModel } from './retention.model.ts';

export interface PersonalDataModels {
  register: Model<StoredRegisterLine>;
  erasures: Model<Erasure>;
  retention: Model<Retention>;
}

export function personalDataModels(connection: Connection): PersonalDataModels {
  return {
    register: registerModel(connection),
    erasures: erasureModel(connection),
    retention: retentionModel(connection),
  };
}
