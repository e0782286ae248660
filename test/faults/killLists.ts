/**
 * N18, crash safety, for lists: two desk processes over one store send a supervisor's list, and one of them is killed
 * at random moments, from the dry run to the last message. Midway the list is paused, a process is killed, and the
 * list is resumed. In the end each row is at the gateway once or ended with a reason, and the list's sums match its
 * rows. `npx tsx test/faults/killLists.ts 20 5000` kills 20 times while 5,000 rows are sent.
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
  /** Refused rows, by reason. */
  refused: Record<string, number>;
  /** How many messages ended in each status and reason. */
  ends: Record<string, number>;
  /**
   * Rows without a message; below, rows with several, messages twice at the gateway, and messages there without a
   * row.
   */
  lost: number[];
  doubledRows: number[];
  doubled: string[];
  strange: string[];
  /**
   * Messages marked as delivered that the gateway does not have, or ended as if it did not have them although it
   * does.
   */
  untrue: string[];
  /** Sums of the list that differ from its rows. */
  sumsWrong: string[];
  /** Handed over while paused: after the claims from before the pause were finished, and before the resume. */
  sentWhilePaused: number;
  heldAtPause: number;
  /** Repeated calls for a message that the gateway already had; it keeps one. */
  handedAgain: number;
  seconds: number;
}

const PER_SECOND = 200;
/** In each hundred rows: one phone without an owner, one repeated phone of the row before, one invalid phone. */
const ODD_EVERY = 100;
/** After a process dies, another may continue its list only after this lease. */
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
  /** As a person would: retries, at the other process each time, until one answers as expected. */
  const ask = <T>(what: string, call: (admin: DeskClient) => Promise<T>) => {
    let turn = 0;
    return until(what, () => call(admins[turn++ % admins.length]!), { timeoutMs: 90_000, everyMs: 50 });
  };
  const view = () => ask('the list to be shown', (admin) => admin.call('readMailing', { params }));
  const changeState = (name: 'start' | 'pause' | 'resume', leadsTo: string[]) =>
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
  /** Kills until the returned function is called; that resolves when the last killed process runs again. */
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
  // One kill is kept for the pause.
  let stopKilling = killAtRandom(kills - 1);

  await ask('the columns to be matched', (admin) =>
    admin.call('matchColumns', {
      params,
      body: { template: 'orderReady', phoneColumn: 0, variables: { order: 1 } },
    }),
  );
  await until('the dry run', async () => (await view()).state === 'ready', { timeoutMs: 90_000 });
  await changeState('start', ['running', 'done']);
  await until('a third to be sent', () => control.gatewayCounters().accepted >= rows / 3, {
    timeoutMs: 300_000,
    everyMs: 20,
  });
  await changeState('pause', ['paused']);
  await stopKilling();
  const heldAtPause = await untilClaimsFinished(connection, id);
  const before = control.gatewayCounters().accepted;
  // Neither a dying nor a starting process may send anything of the paused list.
  await kill();
  const sentWhilePaused = control.gatewayCounters().accepted - before;
  await changeState('resume', ['scheduled', 'running', 'done']);
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
    ...(await checkResults(desks, await untilSummed(view), list)),
    sentWhilePaused,
    heldAtPause,
    seconds,
  };
}

interface List {
  csv: string;
  /** Phones that exist in the network. */
  reachable: string[];
  /** How many rows must be refused: an invalid phone, or one that occurred before. */
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

/**
 * Claims from before the pause may still be handed over. Resolves with the number of held messages once none is left.
 */
async function untilClaimsFinished(connection: Connection, campaignId: string): Promise<number> {
  const serviceMessages = serviceMessageModel(connection);
  const senderKey = `mailing:${campaignId}`;
  const waiting = { 'outbox.dueAt': { $gte: new Date(0) }, senderKey };
  await until('claims from before the pause to be finished', async () => {
    const due = await serviceMessages.find(waiting, { outbox: 1 }).limit(1_000).lean();
    return due.every(({ outbox }) => outbox?.phase === 'waiting');
  });
  return serviceMessages.countDocuments({ 'outbox.heldFor': senderKey });
}

/** The worker updates the sums soon after the messages change. */
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

async function checkResults(
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
  const validRows = Array.from({ length: campaign.rows }, (_, row) => row).filter(
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
    // A gateway may report later that a phone has no owner: then it has the message, and the status is undelivered.
    const isTrue =
      status === 'delivered' ? isThere : endCode !== null && (isThere || status === 'undelivered');
    if (!isTrue) untrue.push(`${gatewayKeyOf(message)}: ${end}`);
  }

  const sumsWrong: string[] = [];
  const compare = (what: string, actual: unknown, expected: unknown) => {
    if (actual !== expected) sumsWrong.push(`${what}: ${actual}, expected ${expected}`);
  };
  compare('rows read', view.taken.rows, campaign.rows);
  compare('valid', view.taken.fit, messages.length);
  compare('valid by the file', view.taken.fit, campaign.rows - refused);
  compare('valid in the dry run', view.checked.fit, campaign.rows - refused);
  compare('queued', view.statuses.queued, 0);
  compare('delivered by the file', byStatus.delivered, reachable.length);
  for (const status of ['sent', 'delivered', 'read', 'undelivered', 'expired'] as const)
    compare(status, view.statuses[status] ?? 0, byStatus[status] ?? 0);
  return {
    refused: Object.fromEntries(view.taken.refused.map(({ code, count }) => [code, count])),
    ends,
    lost: validRows.filter((row) => !byRow.has(row)),
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
