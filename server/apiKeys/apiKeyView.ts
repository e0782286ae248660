/** A key as administrators see it: everything except its secrets. */
import type { ApiKeyView } from '../../shared/schemas/apiKey.ts';
import type { ApiKey } from './apiKey.model.ts';

export function toApiKeyView(key: ApiKey): ApiKeyView {
  const { name, consumerKey, rights, isActive, ratePerMinute, requiresBodyHash, statusUrl, createdBy } = key;
  return {
    id: key._id.toHexString(),
    name,
    consumerKey,
    rights,
    isActive,
    ratePerMinute,
    requiresBodyHash,
    statusUrl,
    secrets: key.secrets.map(({ madeAt, worksUntil }) => ({
      madeAt: madeAt.toISOString(),
      worksUntil: worksUntil?.toISOString() ?? null,
    })),
    createdAt: key.createdAt.toISOString(),
    createdBy,
    lastUsedAt: key.lastUsedAt?.toISOString() ?? null,
  };
}
