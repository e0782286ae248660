/** A store with a document in every place that holds sealed text, sealed under the keys that a test names. */
import { hkdfSync, randomBytes } from 'node:crypto';
import { type Connection, Types } from 'mongoose';
import { sealedAs } from '../../../server/apiKeys/apiKey.model.ts';
import { sealHeaders } from '../../../server/campaigns/head.ts';
import { sealRows } from '../../../server/campaigns/importList.ts';
import { sealSecret } from '../../../server/communities/secrets.ts';
import { blockedPhonePurpose } from '../../../server/companies/blockList.ts';
import { keyModels } from '../../../server/keys/keys.model.ts';
import { sealedPlaces } from '../../../server/keys/sealedPlaces.ts';
import { erasurePhonePurpose } from '../../../server/personalData/eraseClientRow.ts';
import { sealClientPhone } from '../../../server/phones/clientPhones.ts';
import { phoneIndexOf } from '../../../server/phones/phoneIndex.ts';
import { createPhones } from '../../../server/phones/servicePhones.ts';
import type { Sealing } from '../../../server/storage/sealing.ts';
import type { MasterKey, Secrets } from '../../../server/storage/secretsFile.ts';
import { sealedModels } from '../../support/sealedModels.ts';

export function masterKey(): MasterKey {
  const secretKey = randomBytes(32);
  return {
    sealing: Buffer.from(hkdfSync('sha256', secretKey, '', 'notify-inbox sealing', 32)),
    formerAuthSecret: secretKey.toString('base64url'),
  };
}

export const secretsOf = (current: MasterKey, ...former: MasterKey[]): Secrets => ({
  current,
  former,
  source: 'SECRET_KEY',
});

export function keyDeps(connection: Connection) {
  return { ...keyModels(connection), ...sealedModels(connection) };
}

/** The form of sealed texts before keys had names. */
export const nameless = (sealed: string) => sealed.replace(/^v2\.[0-9a-f]{8}\./, 'v1.');

/** Inserts one document in each place, and `count` service messages. */
export async function fill(
  connection: Connection,
  sealing: Sealing,
  { count = 3, as = (sealed) => sealed }: { count?: number; as?: (sealed: string) => string } = {},
): Promise<{ phone: string; clientId: Types.ObjectId }> {
  const id = () => new Types.ObjectId();
  const insert = (name: string, ...rows: object[]) => connection.collection(name).insertMany(rows as never);
  const phone = `+7916${String(Math.floor(Math.random() * 1e7)).padStart(7, '0')}`;
  const owner = { network: 'vk' as const, externalId: String(Math.floor(Math.random() * 1e9)) };
  const secret = (what: 'token' | 'webhookSecret' | 'notifyCredentials' | 'notifyStatusSecret') =>
    as(sealSecret(sealing, owner, what, `secret ${what}`));
  await insert('communities', {
    ...owner,
    companyId: id(),
    tokenSealed: secret('token'),
    webhookSecretSealed: secret('webhookSecret'),
    notify: {
      credentialsSealed: secret('notifyCredentials'),
      statusSecretSealed: secret('notifyStatusSecret'),
    },
  });
  const consumerKey = randomBytes(16).toString('hex');
  const consumerSecret = () => as(sealing.seal('secret', sealedAs.consumerSecret(consumerKey)));
  await insert('apiKeys', {
    consumerKey,
    secrets: [{ sealed: consumerSecret() }, { sealed: consumerSecret() }],
    webhookSecretSealed: as(sealing.seal('secret', sealedAs.webhookSecret(consumerKey))),
  });
  const [clientId, takerId, blockedId, erasureId] = [id(), id(), id(), id()];
  const bond = (key: Types.ObjectId) => [{ key: `vk:${key}`, network: 'vk', externalUserId: String(key) }];
  await insert(
    'clients',
    {
      _id: clientId,
      companyId: clientId,
      bonds: bond(clientId),
      phoneSealed: as(sealClientPhone(sealing, clientId, phone)),
      phoneIndex: phoneIndexOf(sealing, phone),
    },
    {
      _id: takerId,
      companyId: clientId,
      bonds: bond(takerId),
      phoneSealed: null,
      takeover: { phone: { sealed: as(sealClientPhone(sealing, takerId, phone)) }, at: new Date() },
    },
  );
  await insert('blockedPhones', {
    _id: blockedId,
    companyId: blockedId,
    phoneIndex: phoneIndexOf(sealing, phone),
    phoneSealed: as(sealing.seal(phone, blockedPhonePurpose(blockedId))),
  });
  await insert(
    'erasures',
    { _id: erasureId, clientId, phoneSealed: as(sealing.seal(phone, erasurePhonePurpose(erasureId))) },
    { _id: id(), clientId: takerId },
  );
  const phones = createPhones(sealing);
  await insert(
    'serviceMessages',
    ...Array.from({ length: count }, () => {
      const _id = id();
      return { _id, phoneSealed: as(phones.seal(phone, _id)), phoneIndex: phones.indexOf(phone) };
    }),
  );
  const campaignId = id();
  await insert('mailings', {
    _id: campaignId,
    headers: [''],
    headersSealed: as(sealHeaders(sealing, campaignId, [phone]).headersSealed),
  });
  const blockId = `${id()}:0`;
  await insert('mailingRows', {
    _id: blockId,
    mailingId: id(),
    block: 0,
    sealed: as(sealRows(sealing, blockId, [[2, [phone, 'Клеопатра']]])),
  });
  return { phone, clientId };
}

/** Every sealed text of the store, opened; throws when one cannot be opened. */
export async function openAll(connection: Connection, sealing: Sealing): Promise<string[]> {
  const plain: string[] = [];
  for (const { model, textsIn } of sealedPlaces(sealedModels(connection)))
    for (const row of await model.find({}).lean())
      for (const { sealed, purposes } of textsIn(row as never)) plain.push(sealing.open(sealed, purposes[0]));
  return plain;
}

/** Sealed texts of any collection, listed in `sealedPlaces` or not, that do not name this key. */
export async function otherwiseSealed(connection: Connection, keyId: string): Promise<string[]> {
  const found: string[] = [];
  for (const { name } of await connection.db!.listCollections({}, { nameOnly: true }).toArray())
    for await (const row of connection.db!.collection(name).find({}))
      for (const sealed of JSON.stringify(row).match(/"v(1|2\.[0-9a-f]{8})\.[\w-]{38,}"/g) ?? [])
        if (!sealed.startsWith(`"v2.${keyId}.`)) found.push(`${name}: ${sealed}`);
  return found;
}
