/** What administrators do with keys: each action is one atomic write with one line of the audit around it. */

import { randomBytes, randomUUID } from 'node:crypto';
import { type Model, Types } from 'mongoose';
import type { z } from 'zod';
import type { apiKeyPatch, newApiKey } from '../../shared/schemas/apiKey.ts';
import type { Actor } from '../audit/actor.ts';
import type { NewAuditLine } from '../audit/audit.ts';
import type { Audited } from '../audit/audited.ts';
import { askAgain } from '../storage/askAgain.ts';
import { createDocument } from '../storage/insertDocument.ts';
import type { Sealing } from '../storage/sealing.ts';
import { currentTime } from '../work/clock.ts';
import { type ApiKey, sealedAs } from './apiKey.model.ts';

export interface KeyDeps {
  companyId: Types.ObjectId;
  apiKeys: Model<ApiKey>;
  sealing: Sealing;
  audited: Audited;
  /** Why statuses may not be posted to this address; null when they may. */
  problemOfStatusUrl(url: string): string | null;
  /** Clears this process's cache of the key. */
  forget(consumerKey: string): void;
}

export type KeyOutcome =
  | { kind: 'done'; key: ApiKey }
  | { kind: 'keyNotFound' }
  | { kind: 'statusUrlRefused'; problem: string };
export type SecretOutcome =
  | KeyOutcome
  | { kind: 'made'; key: ApiKey; consumerSecret: string | null; webhookSecret: string | null };

/** 128 bits of the name make guessing impossible; 256 bits sign. */
const CONSUMER_KEY_BYTES = 16;
const SECRET_BYTES = 32;
const HOUR_MS = 3_600_000;

export async function makeKey(
  deps: KeyDeps,
  actor: Actor,
  { statusUrl, ...given }: z.output<typeof newApiKey>,
): Promise<SecretOutcome> {
  const problem = statusUrl && deps.problemOfStatusUrl(statusUrl);
  if (problem) return { kind: 'statusUrlRefused', problem };
  const consumerSecret = newSecret();
  const webhookSecret = newSecret();
  const consumerKey = randomBytes(CONSUMER_KEY_BYTES).toString('hex');
  const now = currentTime();
  const key: ApiKey = {
    _id: new Types.ObjectId(),
    companyId: deps.companyId,
    ...given,
    statusUrl,
    consumerKey,
    secrets: [sealedSecret(deps.sealing, consumerKey, consumerSecret, now)],
    webhookSecretSealed: deps.sealing.seal(webhookSecret, sealedAs.webhookSecret(consumerKey)),
    isActive: true,
    createdAt: now,
    createdBy: actor.name,
    lastUsedAt: null,
    revision: 1,
  };
  const line = { action: 'apiKey.made', details: { rights: key.rights.join(' '), statusUrl } } as const;
  const made = await withLine(deps, actor, key, line, () => createDocument(deps.apiKeys, key));
  deps.forget(consumerKey);
  return made ? { kind: 'made', key: made, consumerSecret, webhookSecret } : { kind: 'keyNotFound' };
}

export async function changeKey(
  deps: KeyDeps,
  actor: Actor,
  id: Types.ObjectId,
  patch: z.output<typeof apiKeyPatch>,
): Promise<KeyOutcome> {
  const problem = patch.statusUrl && deps.problemOfStatusUrl(patch.statusUrl);
  if (problem) return { kind: 'statusUrlRefused', problem };
  const before = await findKey(deps, id);
  if (!before) return { kind: 'keyNotFound' };
  const changes = onlyGiven(patch);
  const { rights, ...others } = changes;
  const details = { ...others, ...(rights && { rights: rights.join(' ') }) };
  const key = await withLine(deps, actor, before, { action: 'apiKey.changed', details }, () =>
    askAgain(() => update(deps, id, { $set: changes })),
  );
  return key ? { kind: 'done', key } : { kind: 'keyNotFound' };
}

/** The previous secret stays valid during the overlap; the one before it becomes invalid at once. */
export async function rotateKey(
  deps: KeyDeps,
  actor: Actor,
  id: Types.ObjectId,
  overlapHours: number,
): Promise<SecretOutcome> {
  const consumerSecret = newSecret();
  const now = currentTime();
  const worksUntil = new Date(now.getTime() + overlapHours * HOUR_MS);
  const before = await findKey(deps, id);
  if (!before) return { kind: 'keyNotFound' };
  const fresh = sealedSecret(deps.sealing, before.consumerKey, consumerSecret, now);

  async function rotate(): Promise<ApiKey | null> {
    for (;;) {
      const stored = await findKey(deps, id);
      const current = stored?.secrets[0];
      // An earlier attempt did it. Another one would make the secret that is in use invalid at once.
      if (!stored || current?.sealed === fresh.sealed) return stored;
      const secrets = [fresh, ...(current && overlapHours > 0 ? [{ ...current, worksUntil }] : [])];
      // Of two rotations at once, the second repeats on the result of the first.
      const key = await update(deps, id, { $set: { secrets } }, stored.revision);
      if (key) return key;
    }
  }
  const line = { action: 'apiKey.rotated', details: { overlapHours } } as const;
  const key = await withLine(deps, actor, before, line, () => askAgain(rotate));
  return key ? { kind: 'made', key, consumerSecret, webhookSecret: null } : { kind: 'keyNotFound' };
}

/** From now on notices are signed with the new secret alone, so the receiver needs it before. */
export async function renewWebhookSecret(
  deps: KeyDeps,
  actor: Actor,
  id: Types.ObjectId,
): Promise<SecretOutcome> {
  const webhookSecret = newSecret();
  const before = await findKey(deps, id);
  if (!before) return { kind: 'keyNotFound' };
  const webhookSecretSealed = deps.sealing.seal(webhookSecret, sealedAs.webhookSecret(before.consumerKey));
  const line = { action: 'apiKey.webhookSecretRenewed', details: {} } as const;
  const key = await withLine(deps, actor, before, line, () =>
    askAgain(() => update(deps, id, { $set: { webhookSecretSealed } })),
  );
  return key ? { kind: 'made', key, consumerSecret: null, webhookSecret } : { kind: 'keyNotFound' };
}

export function listKeys({ apiKeys, companyId }: Pick<KeyDeps, 'apiKeys' | 'companyId'>): Promise<ApiKey[]> {
  return apiKeys.find({ companyId }).sort({ createdAt: 1, _id: 1 }).lean<ApiKey[]>().exec();
}

async function findKey(
  { apiKeys, companyId }: Pick<KeyDeps, 'apiKeys' | 'companyId'>,
  id: Types.ObjectId,
): Promise<ApiKey | null> {
  return apiKeys.findOne({ _id: id, companyId }).lean<ApiKey>();
}

async function update(
  { apiKeys, companyId, forget }: KeyDeps,
  id: Types.ObjectId,
  change: { $set: Partial<ApiKey> },
  revision?: number,
): Promise<ApiKey | null> {
  const key = await apiKeys
    .findOneAndUpdate(
      { _id: id, companyId, ...(revision !== undefined && { revision }) },
      { ...change, $inc: { revision: 1 } },
      { returnDocument: 'after' },
    )
    .lean<ApiKey>();
  if (key) forget(key.consumerKey);
  return key;
}

/** Removes undefined fields: they must stay as stored. */
function onlyGiven({ ...patch }: z.output<typeof apiKeyPatch>): z.output<typeof apiKeyPatch> {
  for (const field of Object.keys(patch) as (keyof typeof patch)[])
    if (patch[field] === undefined) delete patch[field];
  return patch;
}

type KeyAction = `apiKey.${'made' | 'changed' | 'rotated' | 'webhookSecretRenewed'}`;

/** @param change null when the key is gone meanwhile. */
function withLine<Action extends KeyAction>(
  { audited, companyId }: KeyDeps,
  actor: Actor,
  before: ApiKey,
  line: Pick<NewAuditLine<Action>, 'action' | 'details'>,
  change: () => Promise<ApiKey | null>,
): Promise<ApiKey | null> {
  const _id = `apiKey:${before._id.toHexString()}:${randomUUID()}`;
  const lineOf = (key: ApiKey): NewAuditLine => ({
    _id,
    companyId,
    at: currentTime(),
    personId: actor.id,
    personName: actor.name,
    subject: { kind: 'apiKey', id: key._id.toHexString(), name: key.name },
    ...line,
  });
  return audited([lineOf(before)], async () => {
    const answer = await change();
    return { answer, lines: answer ? [lineOf(answer)] : [] };
  });
}

function newSecret(): string {
  return randomBytes(SECRET_BYTES).toString('base64url');
}

function sealedSecret(sealing: Sealing, consumerKey: string, secret: string, madeAt: Date) {
  return { sealed: sealing.seal(secret, sealedAs.consumerSecret(consumerKey)), madeAt, worksUntil: null };
}
