/**
 * Keys as requests need them: unsealed, as HMAC keys, and cached for a few seconds, so that a request costs no query.
 * For that long another process may still accept a key that was switched off.
 */

import type { KeyObject } from 'node:crypto';
import type { Model, Types } from 'mongoose';
import { signingKey } from '../oauth/signature.ts';
import type { Sealing } from '../storage/sealing.ts';
import { currentTimeMs } from '../work/clock.ts';
import { type ApiKey, sealedAs } from './apiKey.model.ts';

export interface RingKey extends Omit<ApiKey, 'secrets' | 'webhookSecretSealed' | 'lastUsedAt'> {
  secrets: { key: KeyObject; worksUntilMs: number }[];
  webhookSecret: string;
}

export interface KeyRing {
  /** Null for an unknown key. A key that is switched off is returned. */
  find(consumerKey: string): Promise<RingKey | null>;
  findById(id: Types.ObjectId): Promise<RingKey | null>;
  forget(consumerKey: string): void;
}

const REMEMBERED_MS = 2_000;
const REMEMBERED_KEYS = 5_000;
const CONSUMER_KEY = /^[0-9a-f]{32}$/;

export function createKeyRing({ apiKeys, sealing }: { apiKeys: Model<ApiKey>; sealing: Sealing }): KeyRing {
  const remembered = new Map<string, { found: Promise<RingKey | null>; untilMs: number }>();

  /** One query serves all concurrent callers. A failed query is not cached. */
  function remember(name: string, read: () => Promise<RingKey | null>): Promise<RingKey | null> {
    const known = remembered.get(name);
    if (known && known.untilMs > currentTimeMs()) return known.found;
    const oldest = remembered.keys().next();
    if (remembered.size >= REMEMBERED_KEYS && !oldest.done) remembered.delete(oldest.value);
    const found = read();
    const entry = { found, untilMs: currentTimeMs() + REMEMBERED_MS };
    remembered.delete(name);
    remembered.set(name, entry);
    found.catch(() => {
      if (remembered.get(name) === entry) remembered.delete(name);
    });
    return found;
  }

  function open(key: ApiKey | null): RingKey | null {
    if (!key) return null;
    const { secrets, webhookSecretSealed, lastUsedAt: _, ...rest } = key;
    return {
      ...rest,
      secrets: secrets.map(({ sealed, worksUntil }) => ({
        key: signingKey(sealing.open(sealed, sealedAs.consumerSecret(key.consumerKey))),
        worksUntilMs: worksUntil?.getTime() ?? Number.POSITIVE_INFINITY,
      })),
      webhookSecret: sealing.open(webhookSecretSealed, sealedAs.webhookSecret(key.consumerKey)),
    };
  }

  return {
    async find(consumerKey) {
      if (!CONSUMER_KEY.test(consumerKey)) return null;
      return remember(consumerKey, async () => open(await apiKeys.findOne({ consumerKey }).lean<ApiKey>()));
    },
    findById: (id) => remember(id.toHexString(), async () => open(await apiKeys.findById(id).lean<ApiKey>())),
    forget(consumerKey) {
      // The entry by id holds the same key: it is cheap to clear all of these.
      remembered.delete(consumerKey);
      for (const name of remembered.keys()) if (!CONSUMER_KEY.test(name)) remembered.delete(name);
    },
  };
}
