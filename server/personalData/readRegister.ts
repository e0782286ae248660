/** Pages of the register, the newest first. */
import { type Model, Types } from 'mongoose';
import type { RegisterPage } from '../../shared/schemas/personalData.ts';
import type { Client } from '../clients/client.model.ts';
import type { StoredRegisterLine } from './register.model.ts';

const PAGE = 50;

export interface RegisterFilter {
  clientId?: string | undefined;
  personId?: string | undefined;
  cursor?: string | undefined;
}

/** An unreadable cursor is the list's beginning. */
export async function readRegister(
  parts: { companyId: Types.ObjectId; register: Model<StoredRegisterLine>; clients: Model<Client> },
  { clientId, personId, cursor }: RegisterFilter,
): Promise<RegisterPage> {
  const from = cursor === undefined ? null : placeOf(cursor);
  const lines = await parts.register
    .find({
      companyId: parts.companyId,
      ...(clientId === undefined ? {} : { clientId: new Types.ObjectId(clientId) }),
      ...(personId === undefined ? {} : { personId }),
      ...(from ? { $or: [{ at: { $lt: from.at } }, { at: from.at, _id: { $lt: from._id } }] } : {}),
      // The range that an index walks; the choice above is exact within one moment.
      ...(from ? { at: { $lte: from.at } } : {}),
    })
    .sort({ at: -1, _id: -1 })
    .limit(PAGE + 1)
    .lean<StoredRegisterLine[]>();
  const page = lines.slice(0, PAGE);
  const names = await namesOf(parts.clients, page);
  const last = page.at(-1);
  return {
    lines: page.map(({ _id, at, clientId: client, action, personId: by, personName, seen, details }) => ({
      id: _id,
      at: at.toISOString(),
      action,
      personId: by,
      personName,
      clientId: client?.toHexString() ?? null,
      clientName: names.get(client?.toHexString() ?? '') ?? '',
      seen,
      details,
    })),
    nextCursor: lines.length > PAGE && last ? `${last.at.getTime()}_${last._id}` : null,
  };
}

async function namesOf(clients: Model<Client>, lines: StoredRegisterLine[]): Promise<Map<string, string>> {
  const ids = [
    ...new Map(
      lines.flatMap(({ clientId }) => (clientId ? [[clientId.toHexString(), clientId]] : [])),
    ).values(),
  ];
  if (ids.length === 0) return new Map();
  const found = await clients.find({ _id: { $in: ids } }, { name: 1 }).lean<Pick<Client, '_id' | 'name'>[]>();
  return new Map(found.map(({ _id, name }) => [_id.toHexString(), name]));
}

function placeOf(cursor: string): { at: Date; _id: string } | null {
  const [, ms, _id] = /^(\d{1,15})_(.+)$/.exec(cursor) ?? [];
  return ms === undefined || _id === undefined ? null : { at: new Date(Number(ms)), _id };
}
