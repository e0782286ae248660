/** Wiring of service messages: accepting, sending, and the effects of their statuses. */

import type { Router } from 'express';
import type { Types } from 'mongoose';
import { devino } from '../channels/notify/dialect.ts';
import { statusWebhookRouter } from '../channels/notify/statusWebhook.ts';
import { toCommunityRef } from '../communities/communityRef.ts';
import { listEnabledCommunities } from '../communities/listCommunities.ts';
import type { SendingLimits } from '../companies/sendingLimits.ts';
import type { Phones } from '../phones/servicePhones.ts';
import { createAccepting } from '../serviceMessages/accepting/accept.ts';
import { createSendingPort } from '../serviceMessages/accepting/createSendingPort.ts';
import type { SendingPort } from '../serviceMessages/accepting/sendingPort.ts';
import type { Accepting, Receipts, ServiceThreads, Stops } from '../serviceMessages/ports.ts';
import { createQuota, type QuotaKeeper } from '../serviceMessages/quota/quota.ts';
import { findHolders } from '../serviceMessages/quota/units.ts';
import { createRates } from '../serviceMessages/sending/rates.ts';
import { usualSendingTimes } from '../serviceMessages/sending/sendingTimes.ts';
import type { ServiceChannels } from '../serviceMessages/sending/serviceChannel.ts';
import { type ServiceSender, startServiceSender } from '../serviceMessages/sending/serviceSender.ts';
import { createReceipts } from '../serviceMessages/statuses/receipts.ts';
import { createPhoneReportRecorder } from '../serviceMessages/statuses/recordPhoneReports.ts';
import {
  createStatusEffects,
  type StatusEffects,
  type TransitionListener,
} from '../serviceMessages/statuses/statusEffects.ts';
import type { StatusOutbox } from '../serviceMessages/statuses/statusOutbox.ts';
import type { AppContext } from './context.ts';
import type { Templates } from './templates.ts';

export interface Sending {
  accepting: Accepting;
  receipts: Receipts;
  quota: QuotaKeeper;
  statusEffects: StatusEffects;
  /** Whether the company is free of the daily quota (N7). */
  isBank(companyId: Types.ObjectId): Promise<boolean>;
  /** For the company's own systems. */
  port: SendingPort;
  /** Where the gateway posts statuses. */
  webhook: Router;
}

export interface SendingNeeds {
  templates: Templates;
  phones: Phones;
  statusOutbox: StatusOutbox;
  channels: ServiceChannels;
  limits: SendingLimits;
  /** Whether the company is free of the daily quota (N7): only a bank can be. */
  isBank(companyId: Types.ObjectId): Promise<boolean>;
  threads: ServiceThreads;
  /** Senders that must stop, such as a paused campaign. */
  stops: Stops;
  /** Listeners that count transitions or show them. */
  listeners: TransitionListener[];
}

export function openSending(context: AppContext, needs: SendingNeeds): Sending {
  const { store, sealing, logger, closing, config, timing } = context;
  const { phones } = needs;
  const { serviceMessages, communities, phoneReports } = store;
  const quota = createQuota({ quota: store.quota, holders: findHolders(serviceMessages) });
  const statusEffects = createStatusEffects({
    serviceMessages,
    openTransitions: store.openTransitions,
    quota,
    statusOutbox: needs.statusOutbox,
    listeners: [createPhoneReportRecorder(store).onTransition, needs.threads.follow, ...needs.listeners],
    logger,
    ...(timing.serviceSender?.followLeaseMs ? { leaseMs: timing.serviceSender.followLeaseMs } : {}),
  });

  const wake = () => sender?.wake();
  const receipts = createReceipts({ serviceMessages, quota, statusEffects, wake });
  const sender: ServiceSender | null = config.roles.has('sender')
    ? startServiceSender({
        serviceMessages,
        phoneReports,
        quota,
        phones,
        limits: needs.limits,
        stops: needs.stops,
        statusEffects,
        rates: createRates(store.sendRates),
        channels: needs.channels,
        communities: async () => {
          const lists = await Promise.all(
            (['vk', 'ok'] as const).map((network) => listEnabledCommunities(communities, network)),
          );
          return lists.flat().map(toCommunityRef);
        },
        receipts,
        logger,
        times: { ...usualSendingTimes, ...timing.serviceSender },
        ...(timing.serviceSender ? { timing: timing.serviceSender } : {}),
      })
    : null;
  if (sender) closing.add(() => sender.stop());

  const accepting = createAccepting({
    serviceMessages,
    communities,
    templates: store.templates,
    approvedVersions: needs.templates.approvedVersions,
    phones,
    limits: needs.limits,
    quota,
    isBank: needs.isBank,
    wake,
  });
  return {
    accepting,
    receipts,
    quota,
    statusEffects,
    isBank: needs.isBank,
    port: createSendingPort({ accepting, serviceMessages, statusEffects, phones }),
    webhook: statusWebhookRouter({ communities, sealing, dialect: devino, receipts, logger }),
  };
}
