/** One request of Bots Long Poll, and its keys: VK's page "Bots Long Poll API", reference, section 3.3. */
import { requireSafeAddress } from '../address.ts';
import { jsonOf, sendRequest } from '../request.ts';
import type { VkClient } from './clients.ts';
import { asCommunityError } from './errors.ts';
import { longPollAnswer, longPollServer } from './schema.ts';

/** VK recommends 25 s, because proxies cut at 30 s. Giving up before VK answers would cause a storm of reconnects. */
const WAIT_S = 25;
const GIVE_UP_MS = (WAIT_S + 10) * 1000;
/** A probe is answered at once, so that the loop knows that VK is back before the next event. */
const PROBE_WAIT_S = 0;

/** After this the loop knows that it has no keys. */
const KEY_TIMEOUT_MS = 15_000;

export interface PollServer {
  server: string;
  key: string;
  ts: string;
}

export type PollAnswer =
  | { kind: 'updates'; ts: string; updates: unknown[] }
  /** `failed: 1`: VK lost part of the events; continue from this `ts`. */
  | { kind: 'historyLost'; ts: string }
  /** `failed: 2`: get a new key and keep the `ts`. */
  | { kind: 'keyExpired' }
  /** `failed: 3` and any other: get a new key and a new `ts`. */
  | { kind: 'stateLost' };

/** Throws `CommunityStopError` when VK refuses the community, otherwise the error of the call. */
export async function getPollServer({ api, groupId }: VkClient): Promise<PollServer> {
  try {
    const calls = api({ purpose: 'reading', signal: AbortSignal.timeout(KEY_TIMEOUT_MS) });
    const given = longPollServer.parse(await calls.groups.getLongPollServer({ group_id: groupId }));
    requireSafeAddress(given.server, "VK's long poll server");
    return given;
  } catch (error) {
    throw asCommunityError(error);
  }
}

/**
 * Throws for any answer that is not one of the long poll's; the signal aborts the request. The answer may be large and
 * the network slow: there is a limit for silence, not for the whole. @param options.giveUpMs for tests.
 */
export async function poll(
  { server, key }: PollServer,
  ts: string,
  signal: AbortSignal,
  { isProbe = false, giveUpMs = GIVE_UP_MS } = {},
): Promise<PollAnswer> {
  const url = new URL(server);
  url.searchParams.set('act', 'a_check');
  url.searchParams.set('key', key);
  url.searchParams.set('ts', ts);
  url.searchParams.set('wait', String(isProbe ? PROBE_WAIT_S : WAIT_S));
  const response = await sendRequest(url, { method: 'GET', signal, idleMs: giveUpMs });
  if (response.status !== 200) throw new Error(`The long poll answered ${response.status}`);
  const { failed, ts: newTs, updates = [] } = longPollAnswer.parse(jsonOf(response));
  if (failed === 2) return { kind: 'keyExpired' };
  if (failed === 1 && newTs !== undefined) return { kind: 'historyLost', ts: newTs };
  if (failed !== undefined) return { kind: 'stateLost' };
  if (newTs === undefined) throw new Error('The long poll answered without ts');
  return { kind: 'updates', ts: newTs, updates };
}
