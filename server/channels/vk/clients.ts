/**
 * One vk-io client per community, made from its sealed token and kept while the token is the same.
 * Calls leave at most 20 a second per token (reference, section 2.2), in order; reads may be repeated here,
 * sends never are: their caller must know whether the answer was lost.
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
/** A call and its turn among others that wait for the community's limit. */
const READ_TIMEOUT_MS = 25_000;

export interface VkClient {
  vk: VK;
  groupId: number;
  community: CommunityRef;
  tokenSealed: string;
}

export interface VkClients {
  /** Null when the community is not there any more, or is switched off. Reads the token anew. */
  of(community: CommunityRef): Promise<VkClient | null>;
  ofCommunity(community: Community): VkClient;
  /** A client for a token that is not stored yet. */
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
      // vk-io hands this to node-fetch, which takes either kind; its type names only one.
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
 * For calls that change nothing: a lost connection is tried again, an answer of VK is final. Ends in any case: vk-io
 * repeats a call without end while VK answers 6, and nobody would learn of it.
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

/** What is late goes on all the same; only its caller stops waiting. */
export function withTimeout<T>(call: Promise<T>, timeoutMs: number): Promise<T> {
  let timer: NodeJS.Timeout;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`VK did not answer within ${timeoutMs} ms`)), timeoutMs);
  });
  return Promise.race([call, timeout]).finally(() => clearTimeout(timer));
}
