/** The company's own systems: the keys they sign with, the API they call, and the status notices they receive. */
import type { Router } from 'express';
import { createAuthenticator } from '../apiKeys/authenticate.ts';
import { createKeyRing } from '../apiKeys/keyRing.ts';
import { createLastUse } from '../apiKeys/lastUse.ts';
import { createNonces } from '../apiKeys/nonces.ts';
import { createRateLimits } from '../apiKeys/rateLimits.ts';
import { createAudited } from '../audit/audited.ts';
import type { ApiKeyRouteDeps } from '../http/apiKeys.route.ts';
import { v1Router } from '../http/v1/v1Router.ts';
import type { SendingPort } from '../serviceMessages/accepting/sendingPort.ts';
import type { StatusOutbox } from '../serviceMessages/statuses/statusOutbox.ts';
import { createStatusOutbox } from '../statusWebhooks/enqueue.ts';
import { startNoticeSender } from '../statusWebhooks/noticeSender.ts';
import { createNoticePoster } from '../statusWebhooks/postNotice.ts';
import { problemOfTarget } from '../statusWebhooks/target.ts';
import type { AppContext } from './context.ts';

export interface CompanySystems {
  /** Receives each change of a message's status. */
  statusOutbox: StatusOutbox;
  /** What administrators can do with keys. */
  keyActions: ApiKeyRouteDeps;
  /** The API under /api/v1, on top of service messages. Mount it among the open routers. */
  routerFor(sending: SendingPort): Router;
}

const POST_WAIT_MS = 10_000;

export async function openCompanySystems(context: AppContext, publicUrl: string): Promise<CompanySystems> {
  const { config, store, sealing, logger, closing } = context;
  const { apiKeys, companyId, statusNotices } = store;
  const target = { allowsPrivate: config.allowsPrivateWebhooks };
  const keyRing = createKeyRing({ apiKeys, sealing });
  const nonces = createNonces(store.db);
  const rateLimits = createRateLimits(store.db);
  await Promise.all([nonces.buildIndexes(), rateLimits.buildIndexes()]);

  const sender = config.roles.has('sender')
    ? startNoticeSender({
        notices: statusNotices,
        keyOf: keyRing.findById,
        poster: createNoticePoster({ ...target, timeoutMs: POST_WAIT_MS }),
        logger,
      })
    : null;
  if (sender) closing.add(() => sender.stop());
  const wake = () => sender?.wake();

  return {
    statusOutbox: createStatusOutbox({
      notices: statusNotices,
      statusUrlOf: async (keyId) => (await keyRing.findById(keyId))?.statusUrl ?? null,
      wake,
    }),
    keyActions: {
      companyId,
      apiKeys,
      sealing,
      audited: createAudited(store),
      problemOfStatusUrl: (url) => problemOfTarget(url, target)?.en ?? null,
      forget: keyRing.forget,
      notices: statusNotices,
      wakeNotices: wake,
    },
    routerFor: (sending) =>
      v1Router({
        authenticator: createAuthenticator({ keyRing, nonces }),
        rateLimits,
        publicUrl,
        sending,
        problemOfStatusUrl: (url) => problemOfTarget(url, target),
        lastUse: createLastUse({ apiKeys, logger }),
        logger,
        isAnswerStrict: process.env.NODE_ENV !== 'production',
      }),
  };
}
