/** The endpoints that the screens call: each resource's routes with the dependencies they need. */
import type { Router } from 'express';
import { Types } from 'mongoose';
import { createAudited } from '../audit/audited.ts';
import type { Auth } from '../auth/openAuth.ts';
import { toPersonAccount } from '../auth/personDocument.ts';
import { reasonToKeepAside } from '../channels/keepAside.ts';
import type { GatewaySettingsDeps } from '../channels/notify/gatewaySettings.ts';
import type { CommunityActionDeps } from '../communities/connectCommunity.ts';
import { type ApiKeyRouteDeps, apiKeyRoutes } from '../http/apiKeys.route.ts';
import { auditRoutes } from '../http/audit.route.ts';
import { createAuditedChange } from '../http/auditedChange.ts';
import { type CampaignRouteDeps, campaignRoutes } from '../http/campaigns.route.ts';
import { type CannedAnswerRouteDeps, cannedAnswerRoutes } from '../http/cannedAnswers.route.ts';
import { clientRoutes } from '../http/clients.route.ts';
import { communityRoutes } from '../http/communities.route.ts';
import { type CompanyRouteDeps, companyRoutes } from '../http/company.route.ts';
import { conversationRoutes } from '../http/conversations.route.ts';
import { deadLetterRoutes } from '../http/deadLetters.route.ts';
import { type DeliveryRouteDeps, deliveryRoutes } from '../http/deliveries.route.ts';
import { draftRoutes } from '../http/drafts.route.ts';
import { endpointRouter } from '../http/endpointRouter.ts';
import { gatewayRoutes } from '../http/gateway.route.ts';
import { handMessageRoutes } from '../http/handMessages.route.ts';
import { historyRoutes } from '../http/history.route.ts';
import { peopleRoutes } from '../http/people.route.ts';
import { type PersonalDataRouteDeps, personalDataRoutes } from '../http/personalData.route.ts';
import { qualityRoutes } from '../http/quality.route.ts';
import { reportRoutes } from '../http/reports.route.ts';
import { searchRoutes } from '../http/search.route.ts';
import { templateRoutes } from '../http/templates.route.ts';
import { type TranscriptRouteDeps, transcriptRoutes } from '../http/transcripts.route.ts';
import { uploadRoutes } from '../http/uploads.route.ts';
import type { Broadcaster } from '../realtime/broadcaster.ts';
import type { SearchDeps } from '../search/search.ts';
import type { Bootstrap } from './bootstrap.ts';
import type { Channels } from './channels.ts';
import type { AppContext } from './context.ts';
import type { Networks } from './networks.ts';
import type { Outbox } from './outbox.ts';
import type { Ratings } from './ratings.ts';
import { createReadHints } from './readHints.ts';
import type { Sending } from './sending.ts';
import type { Templates } from './templates.ts';
import type { Threads } from './threads.ts';

export interface ApiDeps {
  auth: Auth;
  bootstrap: Bootstrap;
  broadcaster: Pick<Broadcaster, 'publish'>;
  threads: Threads;
  channels: Channels;
  outbox: Outbox;
  ratings: Ratings;
  communityActions: CommunityActionDeps;
  ingestLetter: Networks['ingestLetter'];
  keyActions: ApiKeyRouteDeps;
  gatewaySettings: GatewaySettingsDeps;
  company: Omit<CompanyRouteDeps, 'register'>;
  templates: Templates;
  cannedAnswers: Omit<CannedAnswerRouteDeps, 'auditedChange'>;
  campaigns: CampaignRouteDeps;
  deliveries: DeliveryRouteDeps;
  sending: Sending;
  personalData: PersonalDataRouteDeps;
  search: SearchDeps;
  transcripts: TranscriptRouteDeps;
  sandboxUrl: string | null;
}

export function createApi({ store, sealing, logger }: AppContext, deps: ApiDeps): Router {
  const { auth, bootstrap, threads, channels, outbox } = deps;
  const audited = createAudited(store);
  const auditedChange = createAuditedChange(store.companyId, audited);
  const readHints = createReadHints();
  const endpoints = endpointRouter({
    currentPerson: auth.currentPerson,
    logger,
    isAnswerStrict: process.env.NODE_ENV !== 'production',
  });
  endpoints.handle('bootstrap', async ({ person }) => ({
    me: toPersonAccount(person),
    people: await bootstrap.people(),
    communities: await bootstrap.communitiesFor(person),
    sandboxUrl: deps.sandboxUrl,
  }));
  searchRoutes(endpoints, { ...deps.search, register: deps.personalData.register });
  historyRoutes(endpoints, {
    ...store,
    ...deps.deliveries,
    sealing,
    register: deps.personalData.register,
    registerLines: store.register,
  });
  conversationRoutes(endpoints, {
    ...store,
    conversationStore: threads.conversationStore,
    thread: threads.thread,
    sealing,
    register: deps.personalData.register,
    wakeSender: outbox.wake,
    findAssignee: async (personId) => {
      const person = await auth.people.readPerson(personId);
      return person?.isActive ? { id: new Types.ObjectId(person.id), name: person.name } : null;
    },
    publish: deps.broadcaster.publish,
    resolved: deps.ratings.resolved,
    readInDesk: ({ _id, communityId, peerId }, { externalId, replyOrdinal = 0 }) => {
      if (!externalId || !readHints.isNews(_id.toHexString(), replyOrdinal)) return;
      channels.hint(communityId, 'read', (channel, community) =>
        channel.markRead(community, peerId, externalId),
      );
    },
  });
  draftRoutes(endpoints, { ...store, publish: deps.broadcaster.publish });
  clientRoutes(endpoints, {
    ...store,
    clientConversations: threads.clientConversations,
    sealing,
    bonds: threads.threading.bonds,
    register: deps.personalData.register,
    auditedChange,
  });
  auditRoutes(endpoints, store);
  uploadRoutes(endpoints, store.uploads);
  communityRoutes(endpoints, { ...deps.communityActions, auditedChange });
  deadLetterRoutes(endpoints, {
    ...store,
    sealing,
    audited,
    register: deps.personalData.register,
    ingestAgain: deps.ingestLetter,
    reasonOf: reasonToKeepAside,
  });
  gatewayRoutes(endpoints, deps.gatewaySettings);
  companyRoutes(endpoints, { ...deps.company, register: deps.personalData.register });
  apiKeyRoutes(endpoints, deps.keyActions);
  templateRoutes(endpoints, deps.templates);
  campaignRoutes(endpoints, deps.campaigns);
  deliveryRoutes(endpoints, deps.deliveries);
  transcriptRoutes(endpoints, deps.transcripts);
  cannedAnswerRoutes(endpoints, { ...deps.cannedAnswers, auditedChange });
  reportRoutes(endpoints, store);
  qualityRoutes(endpoints, { ...store, settings: deps.company, people: auth.people, auditedChange });
  const { accepting, quota: quotaKeeper, isBank } = deps.sending;
  handMessageRoutes(endpoints, {
    ...store,
    sealing,
    accepting,
    quotaKeeper,
    isBank: () => isBank(store.companyId),
  });
  peopleRoutes(endpoints, { ...auth, auditedChange });
  personalDataRoutes(endpoints, { ...deps.personalData, auditedChange });
  const missing = endpoints.missing();
  if (missing.length > 0) throw new Error(`Nothing handles ${missing.join(', ')}`);
  return endpoints.router;
}
