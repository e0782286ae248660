/** The endpoints that screens call, each resource's routes with the parts they need. */
import type { Router } from 'express';
import { Types } from 'mongoose';
import { createAudit } from '../audit/audit.ts';
import type { Auth } from '../auth/openAuth.ts';
import { toPersonAccount } from '../auth/personDocument.ts';
import type { GatewaySettingsParts } from '../channels/notify/gatewaySettings.ts';
import type { CommunityActionParts } from '../communities/connectCommunity.ts';
import { type ApiKeyRouteParts, apiKeyRoutes } from '../http/apiKeys.route.ts';
import { auditRoutes } from '../http/audit.route.ts';
import { clientRoutes } from '../http/clients.route.ts';
import { communityRoutes } from '../http/communities.route.ts';
import { type CompanyRouteParts, companyRoutes } from '../http/company.route.ts';
import { conversationRoutes } from '../http/conversations.route.ts';
import { type DeliveryRouteParts, deliveryRoutes } from '../http/deliveries.route.ts';
import { endpointRouter } from '../http/endpointRouter.ts';
import { gatewayRoutes } from '../http/gateway.route.ts';
import { handMessageRoutes } from '../http/handMessages.route.ts';
import { type MailingRouteParts, mailingRoutes } from '../http/mailings.route.ts';
import { peopleRoutes } from '../http/people.route.ts';
import { type PersonalDataRouteParts, personalDataRoutes } from '../http/personalData.route.ts';
import { templateRoutes } from '../http/templates.route.ts';
import { uploadRoutes } from '../http/uploads.route.ts';
import type { Channels } from './channels.ts';
import type { FirstSight } from './firstSight.ts';
import type { Ground } from './ground.ts';
import type { Outbox } from './outbox.ts';
import type { Sending } from './sending.ts';
import type { Templates } from './templates.ts';
import type { Threads } from './threads.ts';

export interface ApiParts {
  auth: Auth;
  firstSight: FirstSight;
  threads: Threads;
  channels: Channels;
  outbox: Outbox;
  communityActions: CommunityActionParts;
  keyActions: ApiKeyRouteParts;
  gatewaySettings: GatewaySettingsParts;
  company: Omit<CompanyRouteParts, 'register'>;
  templates: Templates;
  mailings: MailingRouteParts;
  deliveries: DeliveryRouteParts;
  sending: Sending;
  personalData: PersonalDataRouteParts;
  sandboxUrl: string | null;
}

export function createApi({ store, sealing, logger }: Ground, parts: ApiParts): Router {
  const { auth, firstSight, threads, channels, outbox } = parts;
  const endpoints = endpointRouter({
    currentPerson: auth.currentPerson,
    logger,
    isAnswerStrict: process.env.NODE_ENV !== 'production',
  });
  endpoints.handle('bootstrap', async ({ person }) => ({
    me: toPersonAccount(person),
    people: await firstSight.people(),
    communities: await firstSight.communitiesFor(person),
    sandboxUrl: parts.sandboxUrl,
  }));
  conversationRoutes(endpoints, {
    ...store,
    rows: threads.rows,
    thread: threads.thread,
    sealing,
    register: parts.personalData.register,
    wakeSender: outbox.wake,
    findColleague: async (personId) => {
      const person = await auth.people.readPerson(personId);
      return person?.isActive ? { id: new Types.ObjectId(person.id), name: person.name } : null;
    },
    readInDesk: ({ communityId, peerId }, { externalId }) => {
      if (!externalId) return;
      channels.hint(communityId, 'read', (channel, community) =>
        channel.markRead(community, peerId, externalId),
      );
    },
  });
  clientRoutes(endpoints, {
    ...store,
    clientConversations: threads.clientConversations,
    sealing,
    bonds: threads.threading.bonds,
    register: parts.personalData.register,
    audit: createAudit(store.auditLines),
  });
  auditRoutes(endpoints, store);
  uploadRoutes(endpoints, store.uploads);
  communityRoutes(endpoints, parts.communityActions);
  gatewayRoutes(endpoints, parts.gatewaySettings);
  companyRoutes(endpoints, { ...parts.company, register: parts.personalData.register });
  apiKeyRoutes(endpoints, parts.keyActions);
  templateRoutes(endpoints, parts.templates);
  mailingRoutes(endpoints, parts.mailings);
  deliveryRoutes(endpoints, parts.deliveries);
  const { accepting, quota: quotaKeeper, isBank } = parts.sending;
  handMessageRoutes(endpoints, {
    ...store,
    sealing,
    accepting,
    quotaKeeper,
    isBank: () => isBank(store.companyId),
  });
  peopleRoutes(endpoints, auth.people);
  personalDataRoutes(endpoints, parts.personalData);
  const missing = endpoints.missing();
  if (missing.length > 0) throw new Error(`Nothing handles ${missing.join(', ')}`);
  return endpoints.router;
}
