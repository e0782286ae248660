/**
 * One vk-io client per community, made from its sealed token and kept until the token changes. Calls go out in order,
 * at most 20 a second per token (reference, section 2.2). Reads are retried here; sends never, because their caller
 * must know whether an answer was lost.
 */
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { Model } from 'mongoose';
import { VK } from 'vk-io';
import type { Community } from '../../communities/community.model.ts';
import type { CommunityRef } from '../../communities/communityRef.ts';
import { openSecret } from '../../communities/secrets.ts';
import type { Sealing } from '../../storage/sealing.ts';
import { requireSafeAddress } from '../address.ts';
import { readFailure } from './errors.ts';

export const API_VERSION = '5.199';
const CALLS_PER_SECOND = 20;
const CALL_TIMEOUT_MS = 10_000;
const READ_ATTEMPTS = 3;
/** Covers the call and its wait for the community's rate limit. */
const READ_TIMEOUT_MS = 25_000;

export interface VkClient {
  vk: VK;
  groupId: number;
  community: CommunityRef;
  tokenSealed: string;
}

export interface VkClients {
  /** Null when the community no longer exists or is disabled. Reads the current token from the store. */
  of(community: CommunityRef): Promise<VkClient | null>;
  ofCommunity(community: Community): VkClient;
  /** For a token that is not stored yet. */
  ofToken(token: string): VK;
}

export function createVkClients(deps: {
  communities: Model<Community>;
  sealing: Sealing;
  apiBaseUrl: string;
}): VkClients {
  const base = requireSafeAddress(deps.apiBaseUrl, 'The address of VK');
  const apiBaseUrl = deps.apiBaseUrl.replace(/\/+$/, '');
  const agent =
    base.protocol === 'http:' ? new HttpAgent({ keepAlive: true }) : new HttpsAgent({ keepAlive: true });
  const known = new Map<string, VkClient>();

  function ofToken(token: string): VK {
    return new VK({
      token,
      apiBaseUrl,
      // vk-io passes this to node-fetch, which accepts both kinds of agent; vk-io's type names only one.
      agent: agent as HttpsAgent,
      apiVersion: API_VERSION,
      apiLimit: CALLS_PER_SECOND,
      apiRetryLimit: 0,
      apiTimeout: CALL_TIMEOUT_MS,
    });
  }

  function ofCommunity(community: Community): VkClient {
    const id = community._id.toHexString();
    const before = known.get(id);
    if (before?.tokenSealed === community.tokenSealed) return before;
    const client: VkClient = {
      vk: ofToken(openSecret(deps.sealing, community, 'token', community.tokenSealed)),
      groupId: Number(community.externalId),
      community: { id, network: community.network, externalId: community.externalId },
      tokenSealed: community.tokenSealed,
    };
    known.set(id, client);
    return client;
  }

  return {
    ofToken,
    ofCommunity,
    async of({ id }) {
      const community = await deps.communities.findById(id).lean<Community>();
      return community?.isEnabled ? ofCommunity(community) : null;
    },
  };
}

/**
 * For calls that change nothing: retries after a lost connection; an answer of VK is final. The timeout is needed
 * because vk-io silently repeats a call without end while VK answers 6.
 */
export async function reading<T>(call: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await withTimeout(call(), READ_TIMEOUT_MS);
    } catch (error) {
      if (attempt >= READ_ATTEMPTS || readFailure(error).kind === 'code') throw error;
    }
  }
}

/** Rejects after the timeout; the call itself is not cancelled. */
export function withTimeout<T>(call: Promise<T>, timeoutMs: number): Promise<T> {
  let timer: NodeJS.Timeout;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`VK did not answer within ${timeoutMs} ms`)), timeoutMs);
  });
  return Promise.race([call, timeout]).finally(() => clearTimeout(timer));
}
