/** A company's system: it signs with a client library that is not ours. */
import { createHash, createHmac } from 'node:crypto';
import OAuth from 'oauth-1.0a';

export interface ClientKey {
  consumerKey: string;
  consumerSecret: string;
}

export interface SignedOptions {
  method?: 'HMAC-SHA1' | 'HMAC-SHA256';
  body?: unknown;
  rawBody?: string;
  headers?: Record<string, string>;
  hasBodyHash?: boolean;
  /** That of the signature's method when absent. */
  bodyHash?: 'sha1' | 'sha256';
  /** The address that is signed, where it is not the one that is called. */
  signedUrl?: string;
  /** Changes the signature after the library made it. */
  change?(authorization: OAuth.Authorization): void;
}

const hashes = { 'HMAC-SHA1': 'sha1', 'HMAC-SHA256': 'sha256' } as const;

export function authorizationOf(
  key: ClientKey,
  verb: string,
  url: string,
  options: SignedOptions = {},
): string {
  const { method = 'HMAC-SHA1' } = options;
  const client = new OAuth({
    consumer: { key: key.consumerKey, secret: key.consumerSecret },
    signature_method: method,
    hash_function: (base, signingKey) => createHmac(hashes[method], signingKey).update(base).digest('base64'),
    body_hash_function: (data) =>
      createHash(options.bodyHash ?? hashes[method])
        .update(data)
        .digest('base64'),
  });
  const authorization = client.authorize({
    url: options.signedUrl ?? url,
    method: verb,
    ...(options.hasBodyHash && { data: bodyText(options) ?? '', includeBodyHash: true }),
  });
  options.change?.(authorization);
  return client.toHeader(authorization).Authorization;
}

function bodyText({ body, rawBody }: SignedOptions): string | undefined {
  return rawBody ?? (body === undefined ? undefined : JSON.stringify(body));
}

export async function callSigned(
  key: ClientKey,
  verb: 'GET' | 'POST',
  url: string,
  options: SignedOptions = {},
): Promise<{ status: number; headers: Headers; body: SignedAnswer }> {
  const text = bodyText(options);
  const answer = await fetch(url, {
    method: verb,
    headers: {
      authorization: authorizationOf(key, verb, url, options),
      ...(text !== undefined && { 'content-type': 'application/json' }),
      ...options.headers,
    },
    ...(text !== undefined && { body: text }),
  });
  return { status: answer.status, headers: answer.headers, body: (await answer.json()) as SignedAnswer };
}

/** The parts of an answer that tests look at. */
export interface SignedAnswer {
  id?: string;
  clientMessageId?: string | null;
  status?: string;
  results?: { outcome: string; message?: { id: string }; error?: { code: string; field?: string } }[];
  accepted?: number;
  repeated?: number;
  refused?: number;
  messages?: { id: string }[];
  nextCursor?: string | null;
  error?: {
    code: string;
    field?: string;
    message: { ru: string; en: string };
    details?: Record<string, unknown>;
  };
}
