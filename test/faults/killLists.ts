/**
 * N18 for lists: two desk processes over one store send a supervisor's list, and one or the other is killed at random
 * moments, from the dry run to the last message; part way the list is paused, a process is killed, and it goes on. In
 * the end each row is at the gateway once or ended with its reason, and the list's sums are what the rows say.
 * `npx tsx test/faults/killLists.ts 20 5000` kills 20 times while 5,000 rows are sent.
 */
import type { Connection } from 'mongoose';
import { type Campaign, campaignModels } from '../../server/campaigns/campaign.model.ts';
import { senderKeyOf } from '../../server/campaigns/tallies.ts';
import {
  type ServiceMessage,
  serviceMessageModel,
} from '../../server/serviceMessages/serviceMessage.model.ts';
import { type CampaignView, campaignView } from '../../shared/schemas/campaign.ts';
import type { DeskClient } from '../support/deskProcess.ts';
import { until } from '../support/until.ts';
import {
  countByKey,
  gatewayKeyOf,
  openSendingDesks,
  type SendingDesks,
  untilAllEnded,
} from './sendingDesks.ts';

export interface ListsReport {
  kills: number;
  rows: number;
  /** Rows that were refused, by reason. */
  refused: Record<string, number>;
  /** How the messages ended, by status and reason. */
  ends: Record<string, number>;
  /** Rows with no message, or with more than one; at the gateway twice, or there and not among the rows. */
  lost: number[];
  doubledRows: number[];
  doubled: string[];
  strange: string[];
  /** Messages that say that the client has them and are not at the gateway, or are there and ended as if they were not. */
  untrue: string[];
  /** What the list's own sums say differently from its rows. */
  sumsWrong: string[];
  /** Handed over between the answer to the pause, with the claims of before it settled, and the going on. */
  sentWhilePaused: number;
  heldAtPause: number;
  /** Calls of the gateway for a message that it had: it keeps one. */
  handedAgain: number;
  seconds: number;
}

const PER_SECOND = 200;
/** Of every so many rows one has a phone that nobody has, one a phone of the row before, one no phone at all. */
const ODD_EVERY = 100;
/** A dead process's list stands still for so long. */
const campaigns = { pollMs: 200, leaseMs: 4_000, queuedAhead: 500 };

export async function killLists({ kills, rows }: { kills: number; rows: number }): Promise<ListsReport> {
  const list = makeList(rows);
  await using desks = await openSendingDesks({
    name: 'lists',
    groupId: 700_950,
    firstUserId: 100_000,
    phones: list.reachable,
    timing: { campaigns },
    env: { GATEWAY_PER_SECOND: String(PER_SECOND) },
  });
  const { admins, connection, control } = desks;

  const startedAt = performance.now();
  const { id } = await upload(desks.urlOf(0), admins[0]!, list.csv);
  const params = { mailingId: id };
  /** As a person does it: asked again, at the other process, until one answers that it is so. */
  const ask = <T>(what: string, call: (admin: DeskClient) => Promise<T>) => {
    let turn = 0;
    return until(what, () => call(admins[turn++ % admins.length]!), { timeoutMs: 90_000, everyMs: 50 });
  };
  const view = () => ask('the list to be shown', (admin) => admin.call('readMailing', { params }));
  const move = (name: 'start' | 'pause' | 'resume', leadsTo: string[]) =>
    ask(`the list to ${name}`, async (admin) => {
      await admin.call('moveMailing', { params, body: { move: name } }).catch(() => undefined);
      return leadsTo.includes((await admin.call('readMailing', { params })).state);
    });

  let killed = 0;
  const kill = async () => {
    const at = Math.random() < 0.5 ? 0 : 1;
    await desks.kill(at);
    await desks.start(at);
    killed += 1;
  };
  /** Until it is told to stop; resolves when the last that was killed is there again. */
  const killAtRandom = (most: number) => {
    let isOver = false;
    const killing = (async () => {
      while (killed < most && !isOver) {
        await new Promise((resolve) => setTimeout(resolve, 100 + Math.random() * 1_200));
        if (!isOver) await kill();
      }
    })();
    return async () => {
      isOver = true;
      await killing;
    };
  };
  // One is left for the pause.
  let stopKilling = killAtRandom(kills - 1);

  await ask('the columns to be matched', (admin) =>
    admin.call('matchColumns', {
      params,
      body: { template: 'orderReady', phoneColumn: 0, variables: { order: 1 } },
    }),
  );
  await until('the dry run', async () => (await view()).state === 'ready', { timeoutMs: 90_000 });
  await move('start', ['running', 'done']);
  await until('a third to be sent', () => control.gatewayCounters().accepted >= rows / 3, {
    timeoutMs: 300_000,
    everyMs: 20,
  });
  await move('pause', ['paused']);
  await stopKilling();
  const heldAtPause = await untilClaimsSettled(connection, id);
  const before = control.gatewayCounters().accepted;
  // Neither a process that dies nor one that starts lets anything of it go.
  await kill();
  const sentWhilePaused = control.gatewayCounters().accepted - before;
  await move('resume', ['scheduled', 'running', 'done']);
  stopKilling = killAtRandom(kills);
  await until('the list to be done', async () => (await view()).state === 'done', {
    timeoutMs: 600_000,
    everyMs: 200,
  });
  await stopKilling();
  control.setFaults({ slowAnswersMs: 0 });
  await untilAllEnded(connection);
  const seconds = Math.round((performance.now() - startedAt) / 1000);
  return {
    kills: killed,
    rows,
    ...(await judge(desks, await untilSummed(view), list)),
    sentWhilePaused,
    heldAtPause,
    seconds,
  };
}

interface List {
  csv: string;
  /** Phones that the network has. */
  reachable: string[];
  /** Rows that must be refused: their phone is none, or stood before. */
  refused: number;
}

function makeList(rows: number): List {
  const lines: string[] = [];
  const reachable: string[] = [];
  let refused = 0;
  for (let row = 0; row < rows; row += 1) {
    const phone = `+7999${String(3_000_000 + row)}`;
    const odd = row % ODD_EVERY;
    if (odd === 10 || odd === 20) refused += 1;
    if (odd !== 10 && odd !== 20 && odd !== 30) reachable.push(phone);
    lines.push(`${odd === 10 ? 'none' : odd === 20 ? reachable.at(-1) : phone};${row}`);
  }
  return { csv: `Телефон;Заказ\n${lines.join('\n')}\n`, reachable, refused };
}

async function upload(url: string, { cookie }: DeskClient, csv: string): Promise<CampaignView> {
  const form = new FormData();
  form.append('file', new Blob([csv]), 'list.csv');
  const answer = await fetch(`${url}/api/mailings`, {
    method: 'POST',
    headers: { cookie, Origin: url },
    body: form,
  });
  if (answer.status !== 201) throw new Error(`The list was answered ${answer.status}`);
  return campaignView.parse(await answer.json());
}

/** What a sender had claimed before the pause may be handed over after it; resolves, with how many are held, when none is. */
async function untilClaimsSettled(connection: Connection, campaignId: string): Promise<number> {
  const serviceMessages = serviceMessageModel(connection);
  const senderKey = `mailing:${campaignId}`;
  const waiting = { 'outbox.dueAt': { $gte: new Date(0) }, senderKey };
  await until('claims of before the pause to be settled', async () => {
    const due = await serviceMessages.find(waiting, { outbox: 1 }).limit(1_000).lean();
    return due.every(({ outbox }) => outbox?.phase === 'waiting');
  });
  return serviceMessages.countDocuments({ 'outbox.heldFor': senderKey });
}

/** The sums follow the messages within a look of the worker. */
async function untilSummed(view: () => Promise<CampaignView>): Promise<CampaignView> {
  return until(
    'the sums to follow',
    async () => {
      const now = await view();
      return !now.statuses.queued && !now.statuses.sent && now;
    },
    { timeoutMs: 30_000 },
  ).catch(view);
}

async function judge(
  { control, connection }: SendingDesks,
  view: CampaignView,
  { reachable, refused }: List,
): Promise<Omit<ListsReport, 'kills' | 'rows' | 'sentWhilePaused' | 'heldAtPause' | 'seconds'>> {
  const campaign = await campaignModels(connection).campaigns.findById(view.id).orFail().lean<Campaign>();
  const messages = await serviceMessageModel(connection)
    .find({ senderKey: senderKeyOf(campaign._id) })
    .lean<ServiceMessage[]>();
  const byRow = new Map<number, ServiceMessage[]>();
  for (const message of messages) {
    const row = Number(message.variables.order);
    byRow.set(row, [...(byRow.get(row) ?? []), message]);
  }
  const fit = Array.from({ length: campaign.rows }, (_, row) => row).filter(
    (row) => row % ODD_EVERY !== 10 && row % ODD_EVERY !== 20,
  );
  const { times: atGateway, doubled } = countByKey(control.gatewayMessages({ last: 1_000_000 }));
  const known = new Set(messages.map(gatewayKeyOf));

  const ends: Record<string, number> = {};
  const byStatus: Record<string, number> = {};
  const untrue: string[] = [];
  for (const message of messages) {
    const { status, endCode } = message;
    const end = endCode ? `${status} ${endCode}` : status;
    ends[end] = (ends[end] ?? 0) + 1;
    byStatus[status] = (byStatus[status] ?? 0) + 1;
    const isThere = atGateway.has(gatewayKeyOf(message));
    // A gateway that took it may report later that nobody has the phone: then it is there and undelivered.
    const isTrue =
      status === 'delivered' ? isThere : endCode !== null && (isThere || status === 'undelivered');
    if (!isTrue) untrue.push(`${gatewayKeyOf(message)}: ${end}`);
  }

  const sumsWrong: string[] = [];
  const compare = (what: string, said: unknown, truth: unknown) => {
    if (said !== truth) sumsWrong.push(`${what}: ${said}, in truth ${truth}`);
  };
  compare('rows taken', view.taken.rows, campaign.rows);
  compare('fit', view.taken.fit, messages.length);
  compare('fit by the file', view.taken.fit, campaign.rows - refused);
  compare('fit in the dry run', view.checked.fit, campaign.rows - refused);
  compare('queued', view.statuses.queued, 0);
  compare('delivered by the file', byStatus.delivered, reachable.length);
  for (const status of ['sent', 'delivered', 'read', 'undelivered', 'expired'] as const)
    compare(status, view.statuses[status] ?? 0, byStatus[status] ?? 0);
  return {
    refused: Object.fromEntries(view.taken.refused.map(({ code, count }) => [code, count])),
    ends,
    lost: fit.filter((row) => !byRow.has(row)),
    doubledRows: [...byRow].flatMap(([row, own]) => (own.length > 1 ? [row] : [])),
    doubled,
    strange: [...atGateway.keys()].filter((key) => !known.has(key)),
    untrue,
    sumsWrong,
    handedAgain: control.gatewayCounters().repeated,
  };
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  const [kills = 20, rows = 5_000] = process.argv.slice(2).map(Number);
  process.stdout.write(`${JSON.stringify(await killLists({ kills, rows }), null, 2)}\n`);
}
