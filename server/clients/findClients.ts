/** Finds clients by what an agent types: a phone, the address of a profile or a user id. */
import type { Model, Types } from 'mongoose';
import { phoneIndexOf } from '../phones/phoneIndex.ts';
import { phoneOrNull } from '../phones/readPhone.ts';
import type { Sealing } from '../storage/sealing.ts';
import { bondKey, type Client } from './client.model.ts';

const MOST_FOUND = 5;

export async function findClients(
  { companyId, clients, sealing }: { companyId: Types.ObjectId; clients: Model<Client>; sealing: Sealing },
  text: string,
): Promise<Client[]> {
  const phone = phoneOrNull(text);
  const filters = [
    ...(phone === null ? [] : [{ phoneIndex: phoneIndexOf(sealing, phone) }]),
    ...keysOf(text).map((key) => ({ 'bonds.key': key })),
  ];
  const found = await Promise.all(
    filters.map((filter) => clients.findOne({ companyId, ...filter }).lean<Client>()),
  );
  const byId = new Map(found.flatMap((client) => (client ? [[client._id.toHexString(), client]] : [])));
  return [...byId.values()].slice(0, MOST_FOUND);
}

/** `vk.ru/id5`, `https://ok.ru/profile/5`, `id5`, `user:5` or a bare number, which may belong to either network. */
function keysOf(text: string): string[] {
  const given = text.trim();
  const [, vkId] = /^(?:https?:\/\/)?(?:m\.)?(?:vk\.(?:ru|com)\/)?id(\d{1,15})\/?$/i.exec(given) ?? [];
  if (vkId) return [bondKey('vk', vkId)];
  const [, okId] = /^(?:(?:https?:\/\/)?(?:m\.)?ok\.ru\/profile\/|user:)(\d{1,20})\/?$/i.exec(given) ?? [];
  if (okId) return [bondKey('ok', `user:${okId}`)];
  return /^\d{1,20}$/.test(given) ? [bondKey('vk', given), bondKey('ok', `user:${given}`)] : [];
}
