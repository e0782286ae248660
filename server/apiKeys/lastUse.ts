/** When each key was last used, to the minute: for administrators who look for keys that nobody needs any more. */
import type { Model, Types } from 'mongoose';
import type { Logger } from '../observability/logger.ts';
import type { ApiKey } from './apiKey.model.ts';

const NOTED_EVERY_MS = 60_000;

export interface LastUse {
  note(key: { _id: Types.ObjectId }): void;
}

export function createLastUse({ apiKeys, logger }: { apiKeys: Model<ApiKey>; logger: Logger }): LastUse {
  const notedMs = new Map<string, number>();
  return {
    note({ _id }) {
      const id = _id.toHexString();
      const nowMs = Date.now();
      if (nowMs - (notedMs.get(id) ?? 0) < NOTED_EVERY_MS) return;
      notedMs.set(id, nowMs);
      apiKeys
        .updateOne({ _id }, { $max: { lastUsedAt: new Date(nowMs) } })
        .catch((error: unknown) => logger.debug({ err: error }, "a key's use was not noted"));
    },
  };
}
