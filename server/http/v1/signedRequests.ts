/**
 * The checks of every request of the API before its handler: HTTPS, the signature, the right, the body, the rate and
 * finally the nonce (N16, signed requests). A request refused for its rate may be repeated unchanged.
 */
import { type Request, type RequestHandler, type Response, raw } from 'express';
import type { ApiRight } from '../../../shared/schemas/apiKey.ts';
import { v1Limits } from '../../../shared/v1/messages.ts';
import type { Authenticator, Signer } from '../../apiKeys/authenticate.ts';
import { RATE_WINDOW_S, type RateLimits, type RateState } from '../../apiKeys/rateLimits.ts';
import { isSafeTransport, signedOrigins } from './transport.ts';
import { V1Error } from './v1Error.ts';

export interface SignedRequestDeps {
  authenticator: Authenticator;
  rateLimits: RateLimits;
  publicUrl: string;
}

export interface Admitted {
  signer: Signer;
  /** Parsed JSON; undefined when the request has no body. */
  body: unknown;
}

export interface Admission {
  right: ApiRight;
  takesJson: boolean;
  /** How many requests the body counts as. */
  costOf(body: unknown): number;
}

const FORM = 'application/x-www-form-urlencoded';
const FORM_BYTES = 64 * 1024;
// The body's hash covers the bytes as they were sent, so they are read raw.
const readForm = raw({ type: FORM, limit: FORM_BYTES, inflate: false });
const readBody = raw({ type: () => true, limit: v1Limits.bodyBytes, inflate: false });

/** @throws V1Error for anything that the caller did wrong. */
export async function admit(
  { authenticator, rateLimits, publicUrl }: SignedRequestDeps,
  { right, takesJson, costOf }: Admission,
  req: Request,
  res: Response,
): Promise<Admitted> {
  if (!isSafeTransport(req)) throw new V1Error({ code: 'httpsRequired' });
  // A form's parameters are part of the signature; any other body is read only once the signer is known.
  const isForm = req.is(FORM) !== false && req.is(FORM) !== null;
  if (isForm) await run(readForm, req, res);
  const identified = await authenticator.identify({
    method: req.method,
    target: req.originalUrl,
    authorization: req.headers.authorization,
    form: isForm ? bytesOf(req).toString('utf8') : null,
    origins: signedOrigins(req, publicUrl),
  });
  if (identified.kind === 'refused') throw new V1Error(identified.refusal);
  const { signer } = identified;
  if (!signer.key.rights.includes(right)) throw new V1Error({ code: 'rightMissing', details: { right } });

  if (!isForm) await run(readBody, req, res);
  const bytes = isForm ? null : bytesOf(req);
  const bodyProblem = authenticator.problemOfBody(signer, bytes && bytes.length > 0 ? bytes : null);
  if (bodyProblem) throw new V1Error(bodyProblem);
  const body = takesJson ? parseJson(req, bytes) : undefined;

  const rate = await rateLimits.consume(signer.key, costOf(body));
  setRateHeaders(res, rate);
  if (!rate.isAllowed) throw new V1Error({ code: 'tooManyRequests', details: { retryAfterS: rate.resetS } });
  const nonceProblem = await authenticator.problemOfNonce(signer);
  if (nonceProblem) throw new V1Error(nonceProblem);
  return { signer, body };
}

/** IETF draft-ietf-httpapi-ratelimit-headers-10, sections 3 and 4. */
function setRateHeaders(res: Response, { limit, remaining, resetS }: RateState): void {
  res.setHeader('RateLimit-Policy', `"minute";q=${limit};w=${RATE_WINDOW_S}`);
  res.setHeader('RateLimit', `"minute";r=${remaining};t=${resetS}`);
}

function parseJson(req: Request, bytes: Buffer | null): unknown {
  if (!bytes || !req.is('application/json')) throw new V1Error({ code: 'unsupportedMediaType' });
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw new V1Error({ code: 'payloadNotJson' });
  }
}

function bytesOf(req: Request): Buffer {
  return Buffer.isBuffer(req.body) ? req.body : Buffer.alloc(0);
}

function run(middleware: RequestHandler, req: Request, res: Response): Promise<void> {
  return new Promise((resolve, reject) => {
    middleware(req, res, (error?: unknown) => (error ? reject(error) : resolve()));
  });
}
