/** Reads pages of the register, the newest first. */
import { type Model, Types } from 'mongoose';
import type { RegisterPage } from '../../shared/schemas/personalData.ts';
import type { Client } from '../clients/client.model.ts';
import { parseTextCursor, readPage } from '../storage/pageCursor.ts';
import type { StoredRegisterLine } from './register.model.ts';

const PAGE = 50;

export interface RegisterFilter {
  clientId?: string | undefined;
  personId?: string | undefined;
  cursor?: string | undefined;
}

export async function readRegister(
  deps: { companyId: Types.ObjectId; register: Model<StoredRegisterLine>; clients: Model<Client> },
  { clientId, personId, cursor }: RegisterFilter,
): Promise<RegisterPage> {
  const { rows, nextCursor } = await readPage(
    deps.register,
    {
      companyId: deps.companyId,
      ...(clientId === undefined ? {} : { clientId: new Types.ObjectId(clientId) }),
      ...(personId === undefined ? {} : { personId }),
    },
    { timeField: 'at', after: parseTextCursor(cursor), limit: PAGE },
  );
  const names = await namesOf(deps.clients, rows);
  return {
    lines: rows.map(({ _id, at, clientId: client, action, personId: by, personName, seen, details }) => ({
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
    nextCursor,
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
