/** The writer's process: the sandbox, which stands in for VK, and its clients, who write at a steady rate. */
import { subscribe } from 'node:diagnostics_channel';
import type { IncomingMessage } from 'node:http';
import { pino } from 'pino';
import { startSandbox } from '../../../server/sandbox/startSandbox.ts';
import { machineTimeMs } from './clock.ts';
import { answerQuestions } from './ownProcess.ts';
import { type Pauses, watchPauses } from './pauses.ts';

export interface Community {
  groupId: number;
  token: string;
}

/** When each message was sent, and by which numbers the network knows it. */
export interface Written {
  sentAtMs: Float64Array;
  userIds: Float64Array;
  /** Of the message in its dialogue. */
  cmids: Float64Array;
}

const TICK_MS = 10;
const pauses = watchPauses();
const sandbox = await startSandbox({ port: 0, logger: pino({ level: 'silent' }) });
let groupId = 0;
/** When the sandbox had answered each long poll. */
let answeredAtMs: number[] = [];
subscribe('http.server.response.finish', (message) => {
  const { request } = message as { request: IncomingMessage };
  if (request.url?.startsWith('/lp/')) answeredAtMs.push(machineTimeMs());
});

const handlers = {
  /** @returns the base URL of VK's API. */
  create(options: Community & { userIds: number[] }): string {
    groupId = options.groupId;
    const { control } = sandbox;
    control.createCommunity({ groupId, name: 'Bench', screenName: 'bench', token: options.token });
    for (const userId of options.userIds)
      control.createUser({ userId, firstName: 'B', lastName: String(userId), phone: `+7999222${userId}` });
    return sandbox.apiBaseUrl;
  },
  /** Each of `userIds` writes in turn; the text is the message's number. */
  async write({ first, count, ratePerSecond, userIds }: WriteRequest): Promise<Written> {
    const written = {
      sentAtMs: new Float64Array(count),
      userIds: new Float64Array(count),
      cmids: new Float64Array(count),
    };
    await pauses.take();
    answeredAtMs = [];
    const startedAtMs = machineTimeMs();
    for (let sent = 0; sent < count; ) {
      const dueCount = Math.floor(((machineTimeMs() - startedAtMs) / 1000) * ratePerSecond);
      for (; sent < Math.min(count, dueCount); sent += 1) {
        const number = first + sent;
        const userId = userIds[number % userIds.length] ?? 0;
        written.userIds[sent] = userId;
        written.sentAtMs[sent] = machineTimeMs();
        written.cmids[sent] = sandbox.control.clientSends({ userId, groupId, text: `#${number}` }).cmid;
      }
      await new Promise((resolve) => setTimeout(resolve, TICK_MS));
    }
    return written;
  },
  /** Since the writing began. */
  async takeHanded(): Promise<{ answeredAtMs: Float64Array; pauses: Pauses }> {
    return { answeredAtMs: Float64Array.from(answeredAtMs), pauses: await pauses.take() };
  },
};
export type Writer = typeof handlers;

export interface WriteRequest {
  first: number;
  count: number;
  ratePerSecond: number;
  userIds: number[];
}

answerQuestions(handlers);
