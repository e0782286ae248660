/** The sending API on a real store and a real port, with messages kept in memory behind its port. */
import type { Collection } from 'mongodb';
import { type Connection, Types } from 'mongoose';
import { type ApiKey, apiKeyModel } from '../../../../server/apiKeys/apiKey.model.ts';
import { createAuthenticator } from '../../../../server/apiKeys/authenticate.ts';
import { type KeyDeps, makeKey } from '../../../../server/apiKeys/changeKeys.ts';
import { createKeyRing } from '../../../../server/apiKeys/keyRing.ts';
import { createLastUse } from '../../../../server/apiKeys/lastUse.ts';
import { createNonces } from '../../../../server/apiKeys/nonces.ts';
import { createRateLimits } from '../../../../server/apiKeys/rateLimits.ts';
import { auditModel } from '../../../../server/audit/audit.ts';
import { createAudited } from '../../../../server/audit/audited.ts';
import { auditIntentModel } from '../../../../server/audit/intents.ts';
import { v1Router } from '../../../../server/http/v1/v1Router.ts';
import { createSealing } from '../../../../server/storage/sealing.ts';
import { newApiKey } from '../../../../shared/schemas/apiKey.ts';
import { openTestStore, silent } from '../../../support/store.ts';
import { type Served, serve } from '../serve.ts';
import { type MemorySending, memorySending } from './memorySending.ts';
import type { ClientKey } from './signedClient.ts';

export interface ServedV1 extends AsyncDisposable {
  url: string;
  sending: MemorySending;
  keyParts: KeyDeps;
  clock: { nowMs: number | null };
  /** The nonces that are remembered now. */
  nonces(): Collection<{ _id: string; expiresAt: Date }>;
  makeKey(given?: Record<string, unknown>): Promise<ClientKey & { id: ApiKey['_id'] }>;
  /** Another process of the same desk. */
  another(deps?: Parameters<typeof serve>[0]): Promise<Served>;
}

export async function serveV1(deps: Parameters<typeof serve>[0] = {}): Promise<ServedV1> {
  const store = await openTestStore();
  const { connection } = store;
  await store.build([apiKeyModel(connection), auditModel(connection), auditIntentModel(connection)] as never);
  const sending = memorySending();
  const clock: ServedV1['clock'] = { nowMs: null };
  const first = await serveProcess(connection, sending, clock, deps);
  const others: Served[] = [];
  return {
    url: first.served.url,
    sending,
    keyParts: first.keyParts,
    clock,
    nonces: () => connection.getClient().db(connection.name).collection('oauthNonces'),
    async makeKey(given = {}) {
      const wanted = newApiKey.parse({ name: 'shop', rights: ['send', 'read'], ...given });
      const made = await makeKey(first.keyParts, { id: 'e'.repeat(24), name: 'Anna' }, wanted);
      if (made.kind !== 'made' || made.consumerSecret === null)
        throw new Error(`The key was not made: ${made.kind}`);
      return { consumerKey: made.key.consumerKey, consumerSecret: made.consumerSecret, id: made.key._id };
    },
    async another(otherParts = deps) {
      const { served } = await serveProcess(connection, sending, clock, otherParts);
      others.push(served);
      return served;
    },
    async [Symbol.asyncDispose]() {
      for (const served of [first.served, ...others]) await served[Symbol.asyncDispose]();
      await store[Symbol.asyncDispose]();
    },
  };
}

async function serveProcess(
  connection: Connection,
  sending: MemorySending,
  clock: ServedV1['clock'],
  deps: Parameters<typeof serve>[0],
) {
  const now = () => clock.nowMs ?? Date.now();
  const db = connection.getClient().db(connection.name);
  const apiKeys = apiKeyModel(connection);
  const sealing = createSealing(Buffer.alloc(32, 7));
  const keyRing = createKeyRing({ apiKeys, sealing });
  const nonces = createNonces(db);
  const rateLimits = createRateLimits(db, now);
  await nonces.buildIndexes();
  await rateLimits.buildIndexes();
  const keyParts: KeyDeps = {
    companyId: apiKeyCompany,
    apiKeys,
    sealing,
    audited: createAudited({
      auditLines: auditModel(connection),
      auditIntents: auditIntentModel(connection),
    }),
    problemOfStatusUrl: () => null,
    forget: keyRing.forget,
  };
  let publicUrl = deps?.publicUrl ?? '';
  const router = v1Router({
    authenticator: createAuthenticator({ keyRing, nonces }, now),
    rateLimits,
    get publicUrl() {
      return publicUrl;
    },
    sending,
    problemOfStatusUrl: () => null,
    lastUse: createLastUse({ apiKeys, logger: silent }),
    logger: silent,
    isAnswerStrict: true,
  });
  const served = await serve({ ...deps, openRouters: [router] });
  publicUrl ||= served.url;
  return { served, keyParts };
}

const apiKeyCompany = new Types.ObjectId();
