/**
 * Reads a request's signature parameters (RFC 5849, sections 3.1, 3.2 and 3.5) and the parameters that were signed.
 * It knows neither keys nor clocks. A malformed request is a value, named as in OAuth's problem reporting extension
 * (wiki.oauth.net/ProblemReporting).
 */
import { type Parameter, readAuthorization, readForm } from './parameters.ts';
import { isSignatureMethod, type SignatureMethod } from './signature.ts';

export interface ReceivedRequest {
  /** Path and query as received, not decoded. */
  target: string;
  authorization: string | undefined;
  /** The body of an application/x-www-form-urlencoded request with one part; null for any other. */
  form: string | null;
}

export interface SignedRequest {
  consumerKey: string;
  method: SignatureMethod;
  timestampS: number;
  nonce: string;
  /** Base64. */
  signature: string;
  /** Base64, when the client covers a body that is not a form. */
  bodyHash: string | null;
  path: string;
  /** All parameters of the base string. */
  parameters: Parameter[];
}

export type ReadSigned =
  | { kind: 'signed'; request: SignedRequest }
  | { kind: 'unsigned' }
  | { kind: 'absent' | 'rejected'; parameter: string }
  | { kind: 'versionRejected' | 'tokenRejected' | 'methodRejected' };

const NONCE_CHARS_MAX = 255;
const PREFIX = 'oauth_';
const required = [
  'oauth_consumer_key',
  'oauth_signature_method',
  'oauth_timestamp',
  'oauth_nonce',
  'oauth_signature',
] as const;

export function readSigned({ target, authorization, form }: ReceivedRequest): ReadSigned {
  const at = target.indexOf('?');
  const path = at < 0 ? target : target.slice(0, at);
  const fromQuery = readForm(at < 0 ? '' : target.slice(at + 1));
  if (!fromQuery) return { kind: 'rejected', parameter: 'the query' };
  const fromForm = readForm(form ?? '');
  if (!fromForm) return { kind: 'rejected', parameter: 'the form' };
  const fromHeader = readAuthorization(authorization);
  if (fromHeader === 'malformed') return { kind: 'rejected', parameter: 'Authorization' };

  // Only one place may hold OAuth parameters: this server and a proxy could read a repeated one differently.
  const places = [fromHeader ?? [], fromForm, fromQuery].filter(holdsOauth);
  const [spoken = []] = places;
  if (places.length === 0) return { kind: 'unsigned' };
  if (places.length > 1) return { kind: 'rejected', parameter: 'oauth_*' };

  const said = new Map<string, string>();
  for (const [name, value] of spoken) {
    if (!name.startsWith(PREFIX)) continue;
    if (said.has(name)) return { kind: 'rejected', parameter: name };
    said.set(name, value);
  }
  if ((said.get('oauth_version') ?? '1.0') !== '1.0') return { kind: 'versionRejected' };
  if (said.get('oauth_token')) return { kind: 'tokenRejected' };
  for (const name of required) if (!said.get(name)) return { kind: 'absent', parameter: name };

  const method = said.get('oauth_signature_method') as string;
  if (!isSignatureMethod(method)) return { kind: 'methodRejected' };
  const timestamp = said.get('oauth_timestamp') as string;
  if (!/^[1-9]\d{0,11}$/.test(timestamp)) return { kind: 'rejected', parameter: 'oauth_timestamp' };
  const nonce = said.get('oauth_nonce') as string;
  if (nonce.length > NONCE_CHARS_MAX) return { kind: 'rejected', parameter: 'oauth_nonce' };
  return {
    kind: 'signed',
    request: {
      consumerKey: said.get('oauth_consumer_key') as string,
      method,
      timestampS: Number(timestamp),
      nonce,
      signature: said.get('oauth_signature') as string,
      bodyHash: said.get('oauth_body_hash') ?? null,
      path,
      parameters: [...(fromHeader ?? []), ...fromForm, ...fromQuery],
    },
  };
}

function holdsOauth(parameters: readonly Parameter[]): boolean {
  return parameters.some(([name]) => name.startsWith(PREFIX));
}
