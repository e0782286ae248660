/**
 * Sending as the desk wires it, over a real store, with two communities and a network that the test controls. The
 * time is `Date`, which tests change.
 */

import { randomBytes } from 'node:crypto';
import { Types } from 'mongoose';
import { clientModel } from '../../../server/clients/client.model.ts';
import { phoneReportModel } from '../../../server/clients/phoneReport.model.ts';
import { communityModel } from '../../../server/communities/community.model.ts';
import type { CommunityRef } from '../../../server/communities/communityRef.ts';
import type { SendingLimits } from '../../../server/companies/sendingLimits.ts';
import { createPhones } from '../../../server/phones/servicePhones.ts';
import { type AcceptDeps, createAccepting } from '../../../server/serviceMessages/accepting/accept.ts';
import type { AcceptOutcome, Sender, Stops } from '../../../server/serviceMessages/ports.ts';
import { quotaModel } from '../../../server/serviceMessages/quota/quota.model.ts';
import { createQuota } from '../../../server/serviceMessages/quota/quota.ts';
import { findHolders } from '../../../server/serviceMessages/quota/units.ts';
import { nextBatch, type Wanted } from '../../../server/serviceMessages/sending/nextBatch.ts';
import { createRates, sendRateModel } from '../../../server/serviceMessages/sending/rates.ts';
import { usualSendingTimes } from '../../../server/serviceMessages/sending/sendingTimes.ts';
import type { ServiceChannels } from '../../../server/serviceMessages/sending/serviceChannel.ts';
import {
  type ServiceMessage,
  serviceMessageModel,
} from '../../../server/serviceMessages/serviceMessage.model.ts';
import { askReports } from '../../../server/serviceMessages/statuses/askReports.ts';
import { expireDue } from '../../../server/serviceMessages/statuses/expiry.ts';
import { openTransitionsModel } from '../../../server/serviceMessages/statuses/openTransitions.model.ts';
import { createReceipts } from '../../../server/serviceMessages/statuses/receipts.ts';
import { createPhoneReportRecorder } from '../../../server/serviceMessages/statuses/recordPhoneReports.ts';
import {
  createStatusEffects,
  type StatusEffectDeps,
  type TransitionListener,
} from '../../../server/serviceMessages/statuses/statusEffects.ts';
import { createSealing } from '../../../server/storage/sealing.ts';
import { createApprovedVersions } from '../../../server/templates/approvedVersions.ts';
import { templateModel } from '../../../server/templates/template.model.ts';
import type { TemplateVersion } from '../../../shared/schemas/template.ts';
import type { SendRequest } from '../../../shared/v1/messages.ts';
import { openTestStore, silent, type TestStore } from '../../support/store.ts';

export type SendingFixture = Awaited<ReturnType<typeof startSending>>;

const version: TemplateVersion = {
  version: 1,
  body: 'Заказ {order} готов',
  adText: null,
  variables: [{ name: 'order', type: 'text', maxLength: 20, example: '№ 7' }],
  imageIds: [],
  buttons: [],
  direction: 'twoWay',
  defaultTtlSeconds: 3600,
  networks: ['vk', 'ok'],
  isUrgent: false,
};

export interface SendingOptions {
  channels: ServiceChannels;
  limits?: Partial<SendingLimits>;
  listeners?: TransitionListener[];
  isBank?: () => boolean | Promise<boolean>;
  stops?: Stops;
  /** A store that fails on request; by default a usual one. The fixture closes it. */
  store?: TestStore;
}

export async function startSending({
  channels,
  limits,
  listeners = [],
  isBank,
  stops,
  store: given,
}: SendingOptions) {
  const store = given ?? (await openTestStore());
  const { connection } = store;
  const models = {
    serviceMessages: serviceMessageModel(connection),
    quotaRows: quotaModel(connection),
    sendRates: sendRateModel(connection),
    openTransitions: openTransitionsModel(connection),
    communities: communityModel(connection),
    clients: clientModel(connection),
    phoneReports: phoneReportModel(connection),
    templates: templateModel(connection),
  };
  await store.build(Object.values(models) as never);
  const { serviceMessages, communities, templates } = models;
  const companyId = new Types.ObjectId();
  const [vk, ok] = await Promise.all(
    (['vk', 'ok'] as const).map(async (network): Promise<CommunityRef> => {
      const externalId = network === 'vk' ? '100500' : '200500';
      const now = new Date();
      const made = await communities.create({
        companyId,
        network,
        externalId,
        name: network,
        tokenSealed: 'sealed',
        intake: { longPoll: false, webhook: false },
        isEnabled: true,
        connection: { state: 'live', since: now, stopReason: null, networkCode: null },
        createdAt: now,
      });
      return { id: made._id.toHexString(), network, externalId };
    }),
  );

  const sealing = createSealing(randomBytes(32));
  const phones = createPhones(sealing);
  const quota = createQuota({ quota: models.quotaRows, holders: findHolders(serviceMessages) });
  const notified: { messageId: string; sequence: number; status: string }[] = [];
  const effectDeps: StatusEffectDeps = {
    serviceMessages,
    openTransitions: models.openTransitions,
    quota,
    statusOutbox: {
      enqueue: async ({ _id }, { sequence, status }) => {
        notified.push({ messageId: _id.toHexString(), sequence, status });
      },
    },
    listeners: [createPhoneReportRecorder(models).onTransition, ...listeners],
    logger: silent,
  };
  const statusEffects = createStatusEffects(effectDeps);
  const allLimits: SendingLimits = {
    blocked: async () => new Set(),
    hours: async () => () => null,
    ...limits,
  };
  const acceptDeps: AcceptDeps = {
    serviceMessages,
    communities,
    templates,
    approvedVersions: createApprovedVersions(templates, { keptMs: 0 }),
    phones,
    limits: allLimits,
    quota,
    isBank: async () => (await isBank?.()) ?? false,
    wake: () => undefined,
  };
  const accepting = createAccepting(acceptDeps);
  const batchDeps = {
    serviceMessages,
    phoneReports: models.phoneReports,
    quota,
    phones,
    limits: allLimits,
    stops: stops ?? { of: async () => new Map() },
    statusEffects,
    rates: createRates(models.sendRates),
    channels,
    times: usualSendingTimes,
    logger: silent,
  };
  const receipts = createReceipts({ serviceMessages, quota, statusEffects, wake: () => undefined });
  const prepared: Promise<void>[] = [];
  const wanted: Wanted = {
    sends: true,
    lookUps: true,
    whenPrepared: (done) => {
      if (!prepared.includes(done)) prepared.push(done);
    },
    stopping: new AbortController().signal,
  };
  const sender: Sender = {
    companyId,
    senderKey: `key:${new Types.ObjectId().toHexString()}`,
    statusUrl: null,
  };

  /** Creates an approved template. */
  async function approve(name: string, about: Partial<TemplateVersion> = {}): Promise<void> {
    const now = new Date();
    const step = { at: now, personId: 'p', personName: 'P' };
    const { version: number, ...content } = { ...version, ...about };
    await templates.create({
      companyId,
      name,
      title: name,
      revision: 1,
      status: 'approved',
      latest: {
        version: number,
        content,
        status: 'approved',
        reason: null,
        saved: step,
        submitted: step,
        decided: step,
      },
      approved: { ...version, ...about },
      lastMove: { ...step, action: 'approved', version: number, reason: null },
      isSettled: true,
      createdAt: now,
      changedAt: now,
    });
  }
  await approve('orderReady');

  return {
    ...models,
    store,
    companyId,
    vk: vk!,
    ok: ok!,
    sender,
    sealing,
    phones,
    quota,
    statusEffects,
    effectDeps,
    acceptDeps,
    notified,
    accepting,
    batchDeps,
    /** The preparations for which the sender waits. */
    prepared,
    receipts,
    approve,
    async send(about: Partial<SendRequest> = {}, repeatTokens: string[] = []): Promise<AcceptOutcome> {
      const [outcome] = await accepting.accept(sender, [
        { request: request(about), repeatTokens, requestHash: JSON.stringify(about) },
      ]);
      return outcome!;
    },
    async sendOne(about: Partial<SendRequest> = {}): Promise<ServiceMessage> {
      const outcome = await this.send(about);
      if (outcome.kind !== 'accepted') throw new Error(`The message was ${JSON.stringify(outcome)}`);
      return outcome.message;
    },
    async read({ _id }: Pick<ServiceMessage, '_id'>): Promise<ServiceMessage> {
      return serviceMessages.findById(_id).orFail().lean<ServiceMessage>();
    },
    /** Claims the next batch of the community; null when there is nothing to do. */
    nextBatch: (community: CommunityRef) => nextBatch(batchDeps, community, wanted),
    /** Sends all due messages, batch after batch, and runs the status effects; returns the number of batches. */
    async work(): Promise<number> {
      let batches = 0;
      for (const community of [vk!, ok!, vk!, ok!]) {
        for (;;) {
          const batch = await nextBatch(batchDeps, community, wanted);
          if (!batch) break;
          batches += 1;
          // Like the sender: the messages of a failed batch wait until their lease expires.
          await batch.run().catch(() => undefined);
        }
      }
      return batches;
    },
    async tend(): Promise<void> {
      while ((await expireDue({ serviceMessages, statusEffects, logger: silent })) > 0);
      while ((await askReports({ ...batchDeps, receipts, communities: async () => [vk!, ok!] })) > 0);
      while ((await statusEffects.sweep()) > 0);
      await quota.sweep();
    },
    /** Deletes all messages and their traces, so that a failed test does not affect the next one. */
    async clear(): Promise<void> {
      notified.length = 0;
      prepared.length = 0;
      await Promise.all([
        serviceMessages.deleteMany({}),
        models.openTransitions.deleteMany({}),
        models.quotaRows.deleteMany({}),
        models.sendRates.deleteMany({}),
        models.phoneReports.deleteMany({}),
      ]);
    },
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
  };
}

export const phone = '+79990000001';

export function request(about: Partial<SendRequest> = {}): SendRequest {
  return { phone, template: 'orderReady', variables: { order: '№ 7' }, deliveryPolicy: 'any', ...about };
}
