/**
 * One client per community, made from its sealed token and kept until the token changes. Reads are retried here;
 * sends never, because their caller must know whether an answer was lost.
 */
import type { Model } from 'mongoose';
import type { API } from 'vk-io';
import type { Community } from '../../communities/community.model.ts';
import type { CommunityRef } from '../../communities/communityRef.ts';
import type { Sealing } from '../../storage/sealing.ts';
import { requireSafeAddress } from '../address.ts';
import type { CallBudgets } from '../budget/callBudgets.ts';
import type { CallOptions } from '../calls.ts';
import { openToken } from '../communityStop.ts';
import { CALLS_PER_SECOND, VkApi } from './api.ts';
import type { CaptchaOfCommunity, CaptchaWatch } from './captchaWatch.ts';
import { readFailure } from './errors.ts';

const READ_ATTEMPTS = 3;

/** vk-io's typed methods under one token. */
export interface VkCalls {
  /** For reading. */
  vk: { api: API };
  api(options: CallOptions): API;
}

export interface VkClient extends VkCalls {
  groupId: number;
  community: CommunityRef;
  tokenSealed: string;
}

export interface VkClients {
  /** Null when the community no longer exists or is disabled. Reads the current token from the store. */
  of(community: CommunityRef): Promise<VkClient | null>;
  ofCommunity(community: Community): VkClient;
  /** For a token that is not stored yet. */
  ofToken(token: string): VkCalls;
}

export function createVkClients(deps: {
  communities: Model<Community>;
  sealing: Sealing;
  budgets: CallBudgets;
  captchas?: CaptchaWatch;
  apiBaseUrl: string;
}): VkClients {
  requireSafeAddress(deps.apiBaseUrl, 'The address of VK');
  const apiBaseUrl = deps.apiBaseUrl.replace(/\/+$/, '');
  const known = new Map<string, VkClient>();

  function ofToken(token: string, captcha?: CaptchaOfCommunity): VkCalls {
    const budget = {
      key: deps.sealing.blindIndex(token, 'call budget of vk'),
      perSecond: CALLS_PER_SECOND,
    };
    const api = (options: CallOptions) =>
      new VkApi({ ...options, token, apiBaseUrl, budgets: deps.budgets, budget, captcha });
    return { vk: { api: api({ purpose: 'reading' }) }, api };
  }

  function ofCommunity(community: Community): VkClient {
    const id = community._id.toHexString();
    const captcha = deps.captchas?.of(community);
    const before = known.get(id);
    if (before?.tokenSealed === community.tokenSealed) return before;
    const client: VkClient = {
      ...ofToken(openToken(deps.sealing, community), captcha),
      groupId: Number(community.externalId),
      community: { id, network: community.network, externalId: community.externalId },
      tokenSealed: community.tokenSealed,
    };
    known.set(id, client);
    return client;
  }

  return {
    ofToken: (token) => ofToken(token),
    ofCommunity,
    async of({ id }) {
      const community = await deps.communities.findById(id).lean<Community>();
      return community?.isEnabled ? ofCommunity(community) : null;
    },
  };
}

/** For calls that change nothing: retries after a lost connection; an answer of VK is final. */
export async function reading<T>(call: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await call();
    } catch (error) {
      if (attempt >= READ_ATTEMPTS || readFailure(error).kind === 'code') throw error;
    }
  }
}
