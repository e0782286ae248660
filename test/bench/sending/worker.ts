/**
 * Measures the worker's rate without the community's limit, and the statuses that the gateway reports afterwards. The
 * gateway counts, from its first call to its last answer.
 */
import { until } from '../../support/until.ts';
import { queueBatches } from './accepts.ts';
import { type BenchContext, type RunningDesk, STATUS_SECRET } from './context.ts';
import { type CpuReport, cpuBetween, cpuTimesOf } from './cpuTime.ts';
import type { GatewayCounts, StatusesToPost } from './gateway.ts';
import type { Load } from './load.ts';

export interface WorkerReport {
  messages: number;
  baselinePerSecond: number;
  deskPerSecond: number;
  cpu: CpuReport;
  statusesInBatches: StatusesReport & { statusesPerPost: number };
  statusesOneByOne: StatusesReport & { atOnce: number };
}

interface StatusesReport {
  baselinePerSecond: number;
  deskPerSecond: number;
  cpu: CpuReport | null;
}

export const LIFTED = { GATEWAY_PER_SECOND: '100000' };
const BATCH = 1_000;
const STATUSES_PER_POST = 100;
const ONE_BY_ONE_AT_ONCE = 32;

export async function measureWorker(
  context: BenchContext,
  { messages, statuses, say }: { messages: number; statuses: number; say(line: string): void },
): Promise<WorkerReport> {
  const { gateway, baseline } = context;
  await gateway.ask('/forget');
  await baseline.ask('/fill', { count: messages });
  await baseline.ask('/work', { gatewayUrl: gateway.url });
  const baselinePerSecond = await rate(context, messages);
  say(`bare loop: ${baselinePerSecond} messages/s`);
  const bareStatuses = await postStatuses(context, {
    url: `${baseline.url}/statuses`,
    messages,
    statuses,
  });

  await gateway.ask('/forget');
  // No sender runs while they are queued, so all of them are waiting when it starts.
  const queueing = await context.start({ ROLES: 'web,listener' });
  await queueBatches(queueing, Math.ceil(messages / BATCH));
  await queueing.end();
  const desk = await context.start(LIFTED);
  try {
    const { messages: alreadySent } = await gateway.ask<GatewayCounts>('/counts');
    const atStart = await cpuTimesOf(desk.pid);
    await until(
      'all messages to be at the gateway',
      async () => (await gateway.ask<GatewayCounts>('/counts')).messages >= messages,
      { timeoutMs: 300_000, everyMs: 100 },
    );
    await untilNoneIs(desk, 'queued');
    const cpu = cpuBetween(atStart, await cpuTimesOf(desk.pid), messages - alreadySent);
    const deskPerSecond = await rate(context, messages);
    say(`the worker: ${deskPerSecond} messages/s; CPU of each: ${JSON.stringify(cpu)}`);
    const ours = await postStatuses(context, {
      url: `${desk.url}/webhooks/notify/${context.communityId}`,
      messages,
      statuses,
      pid: desk.pid,
    });
    await untilNoneIs(desk, 'sent');
    say(`statuses: in batches ${ours.inBatches.perSecond}/s, one by one ${ours.oneByOne.perSecond}/s`);
    return {
      messages,
      baselinePerSecond,
      deskPerSecond,
      cpu,
      statusesInBatches: {
        statusesPerPost: STATUSES_PER_POST,
        ...statusesReport(bareStatuses.inBatches, ours.inBatches),
      },
      statusesOneByOne: {
        atOnce: ONE_BY_ONE_AT_ONCE,
        ...statusesReport(bareStatuses.oneByOne, ours.oneByOne),
      },
    };
  } finally {
    await desk.end();
  }
}

async function rate({ gateway }: BenchContext, messages: number): Promise<number> {
  const counts = await gateway.ask<GatewayCounts>('/counts');
  if (counts.repeats > 0 || counts.messages !== messages)
    throw new Error(`The gateway got ${JSON.stringify(counts)} of ${messages} messages`);
  return Math.round((messages * 1000) / counts.spanMs);
}

interface Posted {
  perSecond: number;
  cpu: CpuReport | null;
}

const statusesReport = (bare: Posted, { perSecond, cpu }: Posted): StatusesReport => ({
  baselinePerSecond: bare.perSecond,
  deskPerSecond: perSecond,
  cpu,
});

/** Posts `delivered` for all, in batches as gateways do; then `read` for some, one per request. */
async function postStatuses(
  { gateway }: BenchContext,
  { url, messages, statuses, pid }: { url: string; messages: number; statuses: number; pid?: number },
): Promise<{ inBatches: Posted; oneByOne: Posted }> {
  const post = async (about: Omit<StatusesToPost, 'url' | 'secret'>): Promise<Posted> => {
    const before = pid ? await cpuTimesOf(pid) : null;
    const load = await gateway.ask<Load>('/statuses', { url, secret: STATUS_SECRET, ...about });
    return {
      perSecond: Math.round(about.count / load.seconds),
      cpu: pid && before ? cpuBetween(before, await cpuTimesOf(pid), about.count) : null,
    };
  };
  return {
    inBatches: await post({ status: 'delivered', count: messages, perPost: STATUSES_PER_POST, atOnce: 4 }),
    oneByOne: await post({ status: 'read', count: statuses, perPost: 1, atOnce: ONE_BY_ONE_AT_ONCE }),
  };
}

/** Waits by the list of the deliveries screen. */
async function untilNoneIs(desk: RunningDesk, status: 'queued' | 'sent'): Promise<void> {
  await until(
    `no message to be ${status}`,
    async () => {
      const { rows } = await desk.admin.call('searchDeliveries', {
        body: { view: 'all', status, limit: 1, known: [], isLook: false },
      });
      return rows.length === 0;
    },
    { timeoutMs: 120_000, everyMs: 100 },
  );
}
