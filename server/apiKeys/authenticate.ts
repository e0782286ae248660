/**
 * Identifies the signer of a request to the sending API (N16, signed requests). Cheap checks come first: form, key,
 * clock, signature. The nonce is written last, so that a caller without a secret cannot fill the store. A failure is
 * a value with its code.
 */

import type { V1Refusal } from '../../shared/v1/errorCodes.ts';
import { isBodyHash } from '../oauth/bodyHash.ts';
import {
  type ReadSigned,
  type ReceivedRequest,
  readSigned,
  type SignedRequest,
} from '../oauth/readSigned.ts';
import { baseString, isSignedWith } from '../oauth/signature.ts';
import { currentTimeMs } from '../work/clock.ts';
import type { KeyRing, RingKey } from './keyRing.ts';
import type { Nonces } from './nonces.ts';

/** Clocks differ and requests wait; a nonce is remembered for this long, so a repeat within it is detected. */
const TIMESTAMP_WINDOW_S = 300;

export interface Signer {
  key: RingKey;
  signed: SignedRequest;
}

export type Identified = { kind: 'signer'; signer: Signer } | { kind: 'refused'; refusal: V1Refusal };

export interface Authenticator {
  /** @param origins the schemes and hosts that the client may have signed; the desk's own address first. */
  identify(request: ReceivedRequest & { method: string; origins: readonly string[] }): Promise<Identified>;
  /** Null when the body matches its signed hash, or has none and the key does not require one. */
  problemOfBody(signer: Signer, body: Uint8Array | null): V1Refusal | null;
  /** Null when the nonce is new; this call uses it up. */
  problemOfNonce(signer: Signer): Promise<V1Refusal | null>;
}

export function createAuthenticator(
  { keyRing, nonces }: { keyRing: KeyRing; nonces: Nonces },
  nowMs: () => number = currentTimeMs,
): Authenticator {
  return {
    async identify(request) {
      const read = readSigned(request);
      if (read.kind !== 'signed') return refused(problemOfForm(read));
      const { request: signed } = read;
      const key = await keyRing.find(signed.consumerKey);
      if (!key) return refused({ code: 'consumerKeyUnknown' });

      const serverTimeS = Math.floor(nowMs() / 1000);
      if (Math.abs(signed.timestampS - serverTimeS) > TIMESTAMP_WINDOW_S)
        return refused({ code: 'timestampRefused', details: { windowS: TIMESTAMP_WINDOW_S, serverTimeS } });

      const working = key.secrets.filter(({ worksUntilMs }) => worksUntilMs > nowMs());
      const isRight = request.origins.some((origin) => {
        const base = baseString(request.method, origin + signed.path, signed.parameters);
        return working.some((secret) => isSignedWith({ ...signed, base }, secret.key));
      });
      if (!isRight)
        return refused({
          code: 'signatureInvalid',
          details: { signedUrl: `${request.origins[0] ?? ''}${signed.path}` },
        });
      // Only a caller that holds the secret learns this.
      if (!key.isActive) return refused({ code: 'consumerKeyOff' });
      return { kind: 'signer', signer: { key, signed } };
    },

    problemOfBody({ key, signed }, body) {
      if (signed.bodyHash === null)
        return key.requiresBodyHash && body !== null ? { code: 'bodyHashAbsent' } : null;
      return isBodyHash(signed.bodyHash, body ?? new Uint8Array()) ? null : { code: 'bodyHashInvalid' };
    },

    async problemOfNonce({ signed: { consumerKey, timestampS, nonce } }) {
      const keptUntil = new Date((timestampS + 2 * TIMESTAMP_WINDOW_S) * 1000);
      const isNew = await nonces.use({ consumerKey, timestampS, nonce, keptUntil });
      return isNew ? null : { code: 'nonceUsed' };
    },
  };
}

function refused(refusal: V1Refusal): Identified {
  return { kind: 'refused', refusal };
}

function problemOfForm(read: Exclude<ReadSigned, { kind: 'signed' }>): V1Refusal {
  switch (read.kind) {
    case 'unsigned':
      return { code: 'authorizationMissing' };
    case 'absent':
      return { code: 'oauthParameterAbsent', details: { parameter: read.parameter } };
    case 'rejected':
      return { code: 'oauthParameterRejected', details: { parameter: read.parameter } };
    case 'versionRejected':
      return { code: 'oauthVersionRejected' };
    case 'tokenRejected':
      return { code: 'oauthTokenRejected' };
    case 'methodRejected':
      return { code: 'signatureMethodRejected' };
  }
}
