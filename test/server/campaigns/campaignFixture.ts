/** Lists over a real store, with the sender, the network and each worker in the test's hands. */
import type { Types } from 'mongoose';
import { expect } from 'vitest';
import { auditModel, createAudit } from '../../../server/audit/audit.ts';
import { type Campaign, campaignModels } from '../../../server/campaigns/campaign.model.ts';
import {
  type MailingDeps,
  matchColumns,
  moveCampaign,
  readCampaign,
  toCampaignView,
} from '../../../server/campaigns/campaigns.ts';
import { createFirstRows } from '../../../server/campaigns/firstRows.ts';
import { importList } from '../../../server/campaigns/importList.ts';
import type { ListRow } from '../../../server/campaigns/listRow.ts';
import { createStoppedLists } from '../../../server/campaigns/stoppedLists.ts';
import { createTallies, type Tallies } from '../../../server/campaigns/tallies.ts';
import { createCampaignWorker, type MailingWorkerDeps } from '../../../server/campaigns/worker.ts';
import type { Stops } from '../../../server/serviceMessages/ports.ts';
import { createSealing } from '../../../server/storage/sealing.ts';
import type { CampaignAction } from '../../../shared/schemas/campaign.ts';
import { silent } from '../../support/store.ts';
import { type SendingOptions, startSending } from '../serviceMessages/sendingFixture.ts';
import { steeredNetwork } from '../serviceMessages/steeredNetwork.ts';

const by = { id: 'p', name: 'Мария' };
type Listed = Pick<Campaign, '_id'> | { id: string };

export type CampaignFixture = Awaited<ReturnType<typeof startCampaigns>>;

/** Tests share their phones; who is free of N7 never runs out. */
export async function startCampaigns({ isBank = () => true }: Pick<SendingOptions, 'isBank'> = {}) {
  const network = steeredNetwork();
  const late: { tallies?: Tallies; stops?: Stops } = {};
  const sending = await startSending({
    channels: network.channels,
    isBank,
    listeners: [(messages) => late.tallies!.onTransition(messages)],
    stops: { of: (senderKeys) => late.stops!.of(senderKeys) },
  });
  const models = campaignModels(sending.store.connection);
  await sending.store.build(Object.values(models) as never);
  const tallies = createTallies(models);
  const deps: MailingDeps & Omit<MailingWorkerDeps, 'firstRows' | 'processId'> = {
    ...models,
    companyId: sending.companyId,
    sealing: createSealing(Buffer.alloc(32, 7)),
    accepting: sending.accepting,
    serviceMessages: sending.serviceMessages,
    statusEffects: sending.statusEffects,
    tallies,
    stops: createStoppedLists(models),
    audit: createAudit(auditModel(sending.store.connection)),
    logger: silent,
  };
  late.tallies = tallies;
  late.stops = deps.stops;

  /** A process: its own memory, its own name, and parts of it that fail as the test wants. */
  const newWorker = (processId: string, about: Partial<MailingWorkerDeps> = {}) =>
    createCampaignWorker({
      ...deps,
      processId,
      firstRows: createFirstRows({ ...deps, phones: sending.phones }),
      timing: { leaseMs: 60_000, queuedAhead: 100_000 },
      ...about,
    });
  const move = async (campaign: Listed, body: CampaignAction, about: Partial<MailingDeps> = {}) => {
    const moved = await moveCampaign({ ...deps, ...about }, idOf(campaign), body, by);
    expect(moved.kind).toBe('done');
  };
  return {
    network,
    sending,
    parts: deps,
    tallies,
    newWorker,
    move,
    /** What the sender is told of lists that stopped, until `asUsual`. */
    tellSender(stops: Stops) {
      late.stops = stops;
    },
    /** No lists, no messages, a network that takes everything: what a failed test left would join the next one's counts. */
    async asUsual(): Promise<void> {
      network.asUsual();
      late.stops = deps.stops;
      await Promise.all([
        sending.clear(),
        models.campaigns.deleteMany({}),
        models.campaignRows.deleteMany({}),
        models.campaignRefusals.deleteMany({}),
        models.campaignTallies.deleteMany({}),
      ]);
    },
    /** A list of phones and orders, its columns matched. */
    async listOf(rows: string[][], blockRows = 100): Promise<Campaign> {
      const read = async function* (): AsyncGenerator<ListRow> {
        for (const [at, cells] of [['Телефон', 'Заказ'], ...rows].entries()) yield { row: at + 1, cells };
      };
      const taken = await importList({ ...deps, blockRows }, { fileName: 'list.csv', rows: read() }, by);
      if (taken.kind === 'refused') throw new Error(taken.code);
      const columns = { template: 'orderReady', phoneColumn: 0, variables: { order: 1 } };
      await matchColumns(deps, taken.mailing._id.toHexString(), columns);
      return taken.mailing;
    },
    async view(campaign: Listed) {
      await tallies.fold();
      return toCampaignView((await readCampaign(deps, idOf(campaign)))!);
    },
    letLeasesRunOut: () =>
      deps.campaigns.updateMany({ lease: { $ne: null } }, { $set: { 'lease.until': new Date(0) } }),
    [Symbol.asyncDispose]: () => sending[Symbol.asyncDispose](),
  };
}

const idOf = (campaign: Listed): string =>
  'id' in campaign ? campaign.id : (campaign._id as Types.ObjectId).toHexString();

export async function untilIdle(worker: ReturnType<typeof createCampaignWorker>): Promise<void> {
  while (await worker.step());
}

/** What a process that dies in the middle of its work looks like to it. */
export const dies = (): never => {
  throw new Error('the process died');
};

export const phoneOf = (number: number) => `+7999${String(number).padStart(7, '0')}`;
export const rowsFrom = (count: number) => Array.from({ length: count }, (_, at) => [phoneOf(at), `№ ${at}`]);
