/**
 * VK's API over HTTP: `POST|GET /method/<name>`. Checks version, token and rate, applies the faults of calls, runs
 * the method and answers in VK's shape. The methods themselves live in methods/.
 */
import type { Request, Response } from 'express';
import type { Logger } from 'pino';
import type { SandboxSettings } from '../../shared/sandbox.ts';
import { runExecute } from './execute.ts';
import type { FaultState } from './faultState.ts';
import { pass } from './faultyCall.ts';
import { Parameters } from './parameters.ts';
import { errorAnswer, VkApiError } from './vkError.ts';
import type { Community, World } from './world.ts';

export interface ApiCall {
  community: Community;
  parameters: Parameters;
  version: string;
}

export type ApiMethod = (call: ApiCall) => unknown;

const rateWindowMs = 1000;

export class ApiServer {
  readonly #world: World;
  readonly #faults: FaultState;
  readonly #settings: SandboxSettings;
  readonly #methods: ReadonlyMap<string, ApiMethod>;
  readonly #logger: Logger;
  readonly #recentCalls = new Map<string, number[]>();
  readonly calls = new Map<string, number>();

  constructor(deps: {
    world: World;
    faults: FaultState;
    settings: SandboxSettings;
    methods: ReadonlyMap<string, ApiMethod>;
    logger: Logger;
  }) {
    this.#world = deps.world;
    this.#faults = deps.faults;
    this.#settings = deps.settings;
    this.#methods = deps.methods;
    this.#logger = deps.logger;
  }

  async handle(req: Request, res: Response): Promise<void> {
    const name = String(req.params.name);
    const raw = { ...textFields(req.query), ...textFields(req.body) };
    const bearer = /^Bearer (.+)$/i.exec(req.headers.authorization ?? '')?.[1];
    const token = raw.access_token ?? bearer ?? '';
    this.calls.set(name, (this.calls.get(name) ?? 0) + 1);
    if (name === 'messages.send')
      this.#faults.noteHandOvers(name, [{ message: raw.message ?? '', ttlSeconds: null }]);
    if (this.#faults.consumeCut(name, 'before')) {
      req.socket.destroy();
      return;
    }
    if (this.#faults.current.slowAnswersMs > 0) await wait(this.#faults.current.slowAnswersMs, res);
    await pass(this.#faults.delayOf(name, 'work'));
    const answer = await this.#answer(name, token, raw);
    await pass(this.#faults.delayOf(name, 'answer'));
    if (this.#faults.consumeCut(name, 'after')) {
      req.socket.destroy();
      return;
    }
    if (!res.destroyed) res.json(answer);
  }

  async #answer(name: string, token: string, raw: Record<string, string>): Promise<object> {
    try {
      const code = this.#faults.consumeApiError(name, raw.peer_id);
      if (code !== undefined) throw new VkApiError(code);
      if (!raw.v) throw new VkApiError(8);
      const community = this.#authorise(token);
      this.#countRate(token);
      const version = raw.v;
      if (name === 'execute') {
        return await runExecute(raw, (method, parameters) =>
          this.#run(method, { community, version, parameters: new Parameters({ ...parameters }) }),
        );
      }
      return { response: await this.#run(name, { community, version, parameters: new Parameters(raw) }) };
    } catch (error) {
      if (error instanceof VkApiError) return errorAnswer(error, name, raw);
      this.#logger.error({ error, method: name }, 'a method of the sandbox failed');
      return errorAnswer(new VkApiError(10), name, raw);
    }
  }

  async #run(name: string, call: ApiCall): Promise<unknown> {
    const method = this.#methods.get(name);
    if (!method) throw new VkApiError(3);
    const groupId = call.parameters.integer('group_id');
    // groups.getById may ask about any community; every other method only about the token's own.
    if (groupId !== undefined && groupId !== call.community.groupId && name !== 'groups.getById')
      throw new VkApiError(15, 'no access to this group');
    return await method(call);
  }

  #authorise(token: string): Community {
    const community = this.#faults.current.tokenInvalid ? undefined : this.#world.communityByToken(token);
    if (!token) throw new VkApiError(5, 'no access_token passed.');
    if (!community) throw new VkApiError(5);
    return community;
  }

  #countRate(token: string): void {
    const limit = this.#settings.rateLimitPerSecond;
    if (limit === null) return;
    const now = Date.now();
    const recent = (this.#recentCalls.get(token) ?? []).filter((at) => now - at < rateWindowMs);
    if (recent.length >= limit) {
      this.#recentCalls.set(token, recent);
      throw new VkApiError(6);
    }
    recent.push(now);
    this.#recentCalls.set(token, recent);
  }
}

function textFields(source: unknown): Record<string, string> {
  if (source === null || typeof source !== 'object') return {};
  return Object.fromEntries(
    Object.entries(source).map(([key, value]) => [
      key,
      Array.isArray(value) ? value.join(',') : String(value),
    ]),
  );
}

function wait(ms: number, res: Response): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    res.on('close', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
