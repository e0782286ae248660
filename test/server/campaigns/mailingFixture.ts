/** Lists over a real store, with the sender, the network and each worker in the test's hands. */
import type { Types } from 'mongoose';
import { expect } from 'vitest';
import { auditModel, createAudit } from '../../../server/audit/audit.ts';
import { createFirstRows } from '../../../server/campaigns/firstRows.ts';
import type { ListRow } from '../../../server/campaigns/listRow.ts';
import { type Mailing, mailingModels } from '../../../server/campaigns/mailing.model.ts';
import {
  type MailingParts,
  matchColumns,
  moveMailing,
  readMailing,
  toMailingView,
} from '../../../server/campaigns/mailings.ts';
import { createStoppedLists } from '../../../server/campaigns/stoppedLists.ts';
import { takeList } from '../../../server/campaigns/takeList.ts';
import { createTallies, type Tallies } from '../../../server/campaigns/tallies.ts';
import { createMailingWorker, type MailingWorkerParts } from '../../../server/campaigns/worker.ts';
import type { Stops } from '../../../server/serviceMessages/ports.ts';
import { createSealing } from '../../../server/storage/sealing.ts';
import type { MailingMove } from '../../../shared/schemas/mailing.ts';
import { silent } from '../../support/store.ts';
import { type SendingOptions, startSending } from '../serviceMessages/sendingFixture.ts';
import { steeredNetwork } from '../serviceMessages/steeredNetwork.ts';

const by = { id: 'p', name: 'Мария' };
type Listed = Pick<Mailing, '_id'> | { id: string };

export type MailingFixture = Awaited<ReturnType<typeof startMailings>>;

/** Tests share their phones; who is free of N7 never runs out. */
export async function startMailings({ isBank = () => true }: Pick<SendingOptions, 'isBank'> = {}) {
  const network = steeredNetwork();
  const late: { tallies?: Tallies; stops?: Stops } = {};
  const sending = await startSending({
    channels: network.channels,
    isBank,
    listeners: [(messages) => late.tallies!.moved(messages)],
    stops: { of: (senderKeys) => late.stops!.of(senderKeys) },
  });
  const models = mailingModels(sending.store.connection);
  await sending.store.build(Object.values(models) as never);
  const tallies = createTallies(models);
  const parts: MailingParts & Omit<MailingWorkerParts, 'firstRows' | 'processId'> = {
    ...models,
    companyId: sending.companyId,
    sealing: createSealing(Buffer.alloc(32, 7)),
    accepting: sending.accepting,
    serviceMessages: sending.serviceMessages,
    followUps: sending.followUps,
    tallies,
    stops: createStoppedLists(models),
    audit: createAudit(auditModel(sending.store.connection)),
    logger: silent,
  };
  late.tallies = tallies;
  late.stops = parts.stops;

  /** A process: its own memory, its own name, and parts of it that fail as the test wants. */
  const newWorker = (processId: string, about: Partial<MailingWorkerParts> = {}) =>
    createMailingWorker({
      ...parts,
      processId,
      firstRows: createFirstRows({ ...parts, phones: sending.phones }),
      timing: { leaseMs: 60_000, queuedAhead: 100_000 },
      ...about,
    });
  const move = async (mailing: Listed, body: MailingMove, about: Partial<MailingParts> = {}) => {
    const moved = await moveMailing({ ...parts, ...about }, idOf(mailing), body, by);
    expect(moved.kind).toBe('done');
  };
  return {
    network,
    sending,
    parts,
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
      late.stops = parts.stops;
      await Promise.all([
        sending.clear(),
        models.mailings.deleteMany({}),
        models.mailingRows.deleteMany({}),
        models.mailingRefusals.deleteMany({}),
        models.mailingTallies.deleteMany({}),
      ]);
    },
    /** A list of phones and orders, its columns matched. */
    async listOf(rows: string[][], blockRows = 100): Promise<Mailing> {
      const read = async function* (): AsyncGenerator<ListRow> {
        for (const [at, cells] of [['Телефон', 'Заказ'], ...rows].entries()) yield { row: at + 1, cells };
      };
      const taken = await takeList({ ...parts, blockRows }, { fileName: 'list.csv', rows: read() }, by);
      if (taken.kind === 'refused') throw new Error(taken.code);
      const columns = { template: 'orderReady', phoneColumn: 0, variables: { order: 1 } };
      await matchColumns(parts, taken.mailing._id.toHexString(), columns);
      return taken.mailing;
    },
    async view(mailing: Listed) {
      await tallies.fold();
      return toMailingView((await readMailing(parts, idOf(mailing)))!);
    },
    letLeasesRunOut: () =>
      parts.mailings.updateMany({ lease: { $ne: null } }, { $set: { 'lease.until': new Date(0) } }),
    [Symbol.asyncDispose]: () => sending[Symbol.asyncDispose](),
  };
}

const idOf = (mailing: Listed): string =>
  'id' in mailing ? mailing.id : (mailing._id as Types.ObjectId).toHexString();

export async function untilIdle(worker: ReturnType<typeof createMailingWorker>): Promise<void> {
  while (await worker.step());
}

/** What a process that dies in the middle of its work looks like to it. */
export const dies = (): never => {
  throw new Error('the process died');
};

export const phoneOf = (number: number) => `+7999${String(number).padStart(7, '0')}`;
export const rowsFrom = (count: number) => Array.from({ length: count }, (_, at) => [phoneOf(at), `№ ${at}`]);
