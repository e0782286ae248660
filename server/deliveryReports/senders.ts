/** Names the senders of service messages: API keys, people and campaigns, by their keys in the messages. */
import type { Model } from 'mongoose';
import type { MessageSender } from '../../shared/schemas/sender.ts';
import type { ApiKey } from '../apiKeys/apiKey.model.ts';
import type { Campaign } from '../campaigns/campaign.model.ts';

export interface SenderDeps {
  apiKeys: Model<ApiKey>;
  campaigns: Model<Campaign>;
  nameOfPerson(personId: string): Promise<string | null>;
}

/** By sender key. The name is null when the sender is no longer stored. One query for each kind, one for each person. */
export async function sendersOf(
  { apiKeys, campaigns, nameOfPerson }: SenderDeps,
  senderKeys: readonly string[],
): Promise<Map<string, MessageSender>> {
  const senders = [...new Set(senderKeys)].map((senderKey) => {
    const [kind, id] = senderKey.split(':') as [MessageSender['kind'], string];
    return { senderKey, kind, id };
  });
  const idsOf = (wanted: MessageSender['kind']) =>
    senders.flatMap(({ kind, id }) => (kind === wanted ? [id] : []));
  const [keys, lists, people] = await Promise.all([
    idsOf('key').length === 0 ? [] : apiKeys.find({ _id: { $in: idsOf('key') } }, { name: 1 }).lean(),
    idsOf('mailing').length === 0
      ? []
      : campaigns.find({ _id: { $in: idsOf('mailing') } }, { fileName: 1 }).lean(),
    Promise.all(idsOf('person').map(async (id) => [id, await nameOfPerson(id)] as const)),
  ]);
  const names = new Map<string, string | null>([
    ...keys.map(({ _id, name }) => [_id.toHexString(), name] as const),
    ...lists.map(({ _id, fileName }) => [_id.toHexString(), fileName] as const),
    ...people,
  ]);
  return new Map(
    senders.map(({ senderKey, kind, id }) => [senderKey, { kind, id, name: names.get(id) ?? null }]),
  );
}
