/**
 * The register of who saw and changed clients' data (N17). It holds ids and names of people of the desk, never a
 * client's name, phone or messages. Views are one line per person, client (or list) and hour; other actions one line
 * each.
 */
import { type Connection, type Model, Schema, type Types } from 'mongoose';
import { type RegisterAction, registerActions, type SeenPart } from '../../shared/schemas/personalData.ts';

export interface StoredRegisterLine {
  /** The same fact always has the same key. */
  _id: string;
  companyId: Types.ObjectId;
  /** For a view: the first one within its hour. */
  at: Date;
  action: RegisterAction;
  personId: string | null;
  personName: string;
  /** Null when many clients were seen or exported at once. */
  clientId: Types.ObjectId | null;
  seen: SeenPart[];
  details: Record<string, string | number | boolean | null>;
  /** The conversations that were opened; absent in views of other things, and in lines of earlier versions. */
  conversationIds?: Types.ObjectId[];
  /** The last writes that added rows, by their ids: a repeated write adds nothing. Only on lines of lists. */
  writeIds?: string[];
}

const oid = Schema.Types.ObjectId;
const required = true;

const registerSchema = new Schema<StoredRegisterLine>(
  {
    _id: { type: String, required },
    companyId: { type: oid, required },
    at: { type: Date, required },
    action: { type: String, enum: registerActions, required },
    personId: { type: String, default: null },
    personName: { type: String, required },
    clientId: { type: oid, default: null },
    seen: { type: [String], default: [] } as never,
    details: { type: Schema.Types.Mixed, default: {} } as never,
    conversationIds: { type: [oid], default: undefined } as never,
    writeIds: { type: [String], default: undefined } as never,
  },
  { strict: 'throw', collection: 'personalDataRegister', versionKey: false, minimize: false },
);
registerSchema.index({ companyId: 1, at: -1, _id: -1 });
registerSchema.index({ companyId: 1, clientId: 1, at: -1, _id: -1 });
registerSchema.index({ companyId: 1, personId: 1, at: -1, _id: -1 });
// Who opened a conversation.
registerSchema.index(
  { conversationIds: 1, at: -1, _id: -1 },
  { partialFilterExpression: { conversationIds: { $exists: true } } },
);

export function registerModel(connection: Connection): Model<StoredRegisterLine> {
  return (
    connection.models.RegisterLine ?? connection.model<StoredRegisterLine>('RegisterLine', registerSchema)
  );
}
