/**
 * The API keys of the company's own systems, for administrators, and the log of the status notices sent to those
 * systems.
 */
import { type Model, Types } from 'mongoose';
import type { ApiKeySecrets, ApiKeyView } from '../../shared/schemas/apiKey.ts';
import { toApiKeyView } from '../apiKeys/apiKeyView.ts';
import {
  changeKey,
  type KeyDeps,
  type KeyOutcome,
  listKeys,
  makeKey,
  renewWebhookSecret,
  rotateKey,
  type SecretOutcome,
} from '../apiKeys/changeKeys.ts';
import { listNotices, sendAgain } from '../statusWebhooks/noticeLog.ts';
import type { StatusNotices } from '../statusWebhooks/statusNotices.model.ts';
import type { EndpointRouter } from './endpointRouter.ts';
import { DeskError } from './errors.ts';

export interface ApiKeyRouteDeps extends KeyDeps {
  notices: Model<StatusNotices>;
  /** A notice was queued to be sent again. */
  wakeNotices(): void;
}

export function apiKeyRoutes({ handle }: EndpointRouter, deps: ApiKeyRouteDeps): void {
  handle('listApiKeys', async () => ({ keys: (await listKeys(deps)).map(toApiKeyView) }));
  handle('makeApiKey', async ({ body, person }) => secretsOf(await makeKey(deps, person, body)));
  handle('changeApiKey', async ({ params, body, person }) =>
    viewOf(await changeKey(deps, person, new Types.ObjectId(params.keyId), body)),
  );
  handle('rotateApiKey', async ({ params, body, person }) =>
    secretsOf(await rotateKey(deps, person, new Types.ObjectId(params.keyId), body.overlapHours)),
  );
  handle('renewWebhookSecret', async ({ params, person }) =>
    secretsOf(await renewWebhookSecret(deps, person, new Types.ObjectId(params.keyId))),
  );
  handle('listStatusNotices', async ({ params, query }) => ({
    notices: await listNotices(deps.notices, await ownKeyId(params.keyId), query.state),
  }));
  handle('sendNoticeAgain', async ({ params, body }) => {
    const isQueued = await sendAgain(deps.notices, {
      keyId: await ownKeyId(params.keyId),
      messageId: new Types.ObjectId(body.messageId),
      sequence: body.sequence,
    });
    if (!isQueued) throw new DeskError('notFound', { message: 'There is no such status to send again' });
    deps.wakeNotices();
    return { ok: true as const };
  });

  async function ownKeyId(id: string): Promise<Types.ObjectId> {
    const keyId = new Types.ObjectId(id);
    if (!(await deps.apiKeys.exists({ _id: keyId, companyId: deps.companyId }))) throw noSuchKey();
    return keyId;
  }
}

function viewOf(outcome: KeyOutcome): ApiKeyView {
  if (outcome.kind === 'done') return toApiKeyView(outcome.key);
  throw refusal(outcome);
}

function secretsOf(outcome: SecretOutcome): ApiKeySecrets {
  if (outcome.kind !== 'made')
    throw outcome.kind === 'done' ? new Error('No secret was made') : refusal(outcome);
  const { key, consumerSecret, webhookSecret } = outcome;
  return { key: toApiKeyView(key), consumerSecret, webhookSecret };
}

function refusal(outcome: Exclude<KeyOutcome, { kind: 'done' }>): DeskError {
  if (outcome.kind === 'keyNotFound') return noSuchKey();
  return new DeskError('statusUrlRefused', {
    message: `Statuses cannot be sent there: ${outcome.problem}`,
    field: 'statusUrl',
  });
}

function noSuchKey(): DeskError {
  return new DeskError('notFound', { message: 'Key not found' });
}
