/** Records when each key was last used, to the minute, so that administrators can find unused keys. */

import type { Model, Types } from 'mongoose';
import type { Logger } from '../observability/logger.ts';
import { currentTimeMs } from '../work/clock.ts';
import type { ApiKey } from './apiKey.model.ts';

const RECORDED_EVERY_MS = 60_000;

export interface LastUse {
  record(key: { _id: Types.ObjectId }): void;
}

export function createLastUse({ apiKeys, logger }: { apiKeys: Model<ApiKey>; logger: Logger }): LastUse {
  const recordedMs = new Map<string, number>();
  return {
    record({ _id }) {
      const id = _id.toHexString();
      const nowMs = currentTimeMs();
      if (nowMs - (recordedMs.get(id) ?? 0) < RECORDED_EVERY_MS) return;
      recordedMs.set(id, nowMs);
      apiKeys
        .updateOne({ _id }, { $max: { lastUsedAt: new Date(nowMs) } })
        .catch((error: unknown) => logger.debug({ err: error }, "a key's last use could not be recorded"));
    },
  };
}
