/** Campaigns over a real store; the test controls the sender, the network and each worker. */
import { mongo, type Types } from 'mongoose';
import { expect } from 'vitest';
import { auditModel } from '../../../server/audit/audit.ts';
import { createAudited } from '../../../server/audit/audited.ts';
import { auditIntentModel } from '../../../server/audit/intents.ts';
import { type Campaign, campaignModels } from '../../../server/campaigns/campaign.model.ts';
import {
  type CampaignDeps,
  moveCampaign,
  type Reach,
  readCampaign,
  toCampaignView,
} from '../../../server/campaigns/campaigns.ts';
import { createFirstRows } from '../../../server/campaigns/firstRows.ts';
import { importList } from '../../../server/campaigns/importList.ts';
import type { ListRow } from '../../../server/campaigns/listRow.ts';
import { matchColumns } from '../../../server/campaigns/matchColumns.ts';
import { createStoppedLists } from '../../../server/campaigns/stoppedLists.ts';
import { createTallies, type Tallies } from '../../../server/campaigns/tallies.ts';
import { type CampaignWorkerDeps, createCampaignWorker } from '../../../server/campaigns/worker.ts';
import type { Stops } from '../../../server/serviceMessages/ports.ts';
import { createSealing } from '../../../server/storage/sealing.ts';
import { createApprovedVersions } from '../../../server/templates/approvedVersions.ts';
import { templateModel } from '../../../server/templates/template.model.ts';
import type { CampaignAction } from '../../../shared/schemas/campaign.ts';
import { silent } from '../../support/store.ts';
import { type SendingOptions, startSending } from '../serviceMessages/sendingFixture.ts';
import { steeredNetwork } from '../serviceMessages/steeredNetwork.ts';

const by = { id: 'p', name: 'Мария' };
type Listed = Pick<Campaign, '_id'> | { id: string };

export type CampaignFixture = Awaited<ReturnType<typeof startCampaigns>>;

/** Tests share their phones. A bank is exempt from the daily quota (N7), so it never runs out. */
export async function startCampaigns({
  isBank = () => true,
  store,
}: Pick<SendingOptions, 'isBank' | 'store'> = {}) {
  const network = steeredNetwork();
  const late: { tallies?: Tallies; stops?: Stops } = {};
  const sending = await startSending({
    channels: network.channels,
    isBank,
    ...(store && { store }),
    listeners: [(messages) => late.tallies!.onTransition(messages)],
    stops: { of: (senderKeys) => late.stops!.of(senderKeys) },
  });
  const models = campaignModels(sending.store.connection);
  await sending.store.build(Object.values(models) as never);
  const tallies = createTallies({ ...models, logger: silent });
  const deps: CampaignDeps & Omit<CampaignWorkerDeps, 'firstRows' | 'processId'> = {
    ...models,
    companyId: sending.companyId,
    sealing: createSealing(Buffer.alloc(32, 7)),
    accepting: sending.accepting,
    approvedVersions: createApprovedVersions(templateModel(sending.store.connection), { keptMs: 0 }),
    serviceMessages: sending.serviceMessages,
    statusEffects: sending.statusEffects,
    tallies,
    stops: createStoppedLists(models),
    audited: createAudited({
      auditLines: auditModel(sending.store.connection),
      auditIntents: auditIntentModel(sending.store.connection),
    }),
    logger: silent,
  };
  late.tallies = tallies;
  late.stops = deps.stops;

  /** A process with its own memory and name; `about` replaces dependencies with failing ones. */
  const newWorker = (processId: string, about: Partial<CampaignWorkerDeps> = {}) =>
    createCampaignWorker({
      ...deps,
      processId,
      firstRows: createFirstRows({ ...deps, phones: sending.phones }),
      timing: { leaseMs: 60_000, queuedAhead: 100_000 },
      ...about,
    });
  const move = async (campaign: Listed, body: CampaignAction, about: Partial<CampaignDeps> = {}) => {
    const outcome = await moveCampaign({ ...deps, ...about }, idOf(campaign), body, by, 'all');
    expect(outcome.kind).toBe('done');
  };
  return {
    network,
    sending,
    deps,
    tallies,
    newWorker,
    move,
    /** Replaces the sender's check for stopped campaigns, until `asUsual`. */
    setStops(stops: Stops) {
      late.stops = stops;
    },
    /**
     * Deletes all campaigns and messages and resets the network, so that a failed test does not affect the next one.
     */
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
    /** A campaign of phones and orders with matched columns. */
    async listOf(rows: string[][], blockRows = 100, communityIds: Reach = 'all'): Promise<Campaign> {
      const read = async function* (): AsyncGenerator<ListRow> {
        for (const [at, cells] of [['Телефон', 'Заказ'], ...rows].entries()) yield { row: at + 1, cells };
      };
      const imported = await importList(
        { ...deps, blockRows },
        { fileName: 'list.csv', rows: read() },
        { ...by, communityIds },
      );
      if (imported.kind === 'refused') throw new Error(imported.code);
      const columns = { template: 'orderReady', phoneColumn: 0, variables: { order: 1 } };
      await matchColumns(deps, imported.mailing._id.toHexString(), columns, 'all');
      return imported.mailing;
    },
    async view(campaign: Listed) {
      await tallies.fold();
      return toCampaignView(deps, (await readCampaign(deps, idOf(campaign), 'all'))!);
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

/** A dependency that kills the process when it is called: nothing of the step is written after it. */
export const dies = (): never => {
  throw new mongo.MongoNetworkError('the process died');
};

export const phoneOf = (number: number) => `+7999${String(number).padStart(7, '0')}`;
export const rowsFrom = (count: number) => Array.from({ length: count }, (_, at) => [phoneOf(at), `№ ${at}`]);
