/** The routes of the inbox and their screens. Settings are loaded on the first visit. */
import { createRootRouteWithContext, createRoute, createRouter, Outlet } from '@tanstack/react-router';
import { z } from 'zod';
import { id } from '../../shared/schemas/common.ts';
import { conversationFilter } from '../../shared/schemas/conversation.ts';
import { deliverySearchParams } from '../deliveryReports/searchParams.ts';
import type { I18n } from '../i18n/i18n.ts';
import { InboxPage } from '../inbox/InboxPage.tsx';
import { breachParams, ratingParams, reportParams } from '../reports/reportParams.ts';
import { searchParams } from '../search/searchParams.ts';
import { wallParams } from '../wall/wallParams.ts';
import { DeskLayout } from './DeskLayout.tsx';
import { lazyScreen, type RouterContext } from './lazyScreen.tsx';
import { BrokenPage, NotFoundPage } from './NotFoundPage.tsx';
import { SignInPage } from './SignInPage.tsx';

/** The list's filter is in the address, so that it can be bookmarked and shared. */
const inboxSearch = z.object({
  filter: conversationFilter.optional().catch(undefined),
  community: z.string().optional().catch(undefined),
  waiting: z.boolean().optional().catch(undefined),
  /** Only conversations of this person: the wall leads here. */
  assignee: id.optional().catch(undefined),
  /** What earlier versions called it: links and bookmarks still do. */
  unread: z.boolean().optional().catch(undefined),
  /** The case that is reviewed beside the thread, by the place of its resolution, and the sample that it is of. */
  review: z.number().int().positive().optional().catch(undefined),
  sample: id.optional().catch(undefined),
});

const personalDataSearch = z.object({ clientId: id.optional().catch(undefined) });
const signInSearch = z.object({
  ended: z.boolean().optional().catch(undefined),
  /** The page that was asked for. */
  to: z.string().optional().catch(undefined),
});

const rootRoute = createRootRouteWithContext<RouterContext>()({ component: Outlet });
const signInRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/sign-in',
  validateSearch: signInSearch,
  component: SignInPage,
});
const deskRoute = createRoute({ getParentRoute: () => rootRoute, id: 'desk', component: DeskLayout });
const inboxRoute = createRoute({
  getParentRoute: () => deskRoute,
  id: 'inbox',
  validateSearch: inboxSearch,
  component: InboxPage,
});
const listRoute = createRoute({ getParentRoute: () => inboxRoute, path: '/' });
const conversationRoute = createRoute({
  getParentRoute: () => inboxRoute,
  path: '/conversations/$conversationId',
});
const settingsRoute = createRoute({
  getParentRoute: () => deskRoute,
  path: '/settings',
  ...lazyScreen([], () => import('../settings/SettingsFrame.tsx').then((screens) => screens.SettingsFrame)),
});
const firstSettingsRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: '/',
  ...lazyScreen([], () =>
    import('../settings/SettingsFrame.tsx').then((screens) => screens.FirstSettingsPage),
  ),
});
const companyRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: '/company',
  ...lazyScreen(['company'], () =>
    import('../company/CompanyPage.tsx').then((screens) => screens.CompanyPage),
  ),
});
const communitiesRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: '/communities',
  ...lazyScreen(['settings', 'gateway'], () =>
    import('../settings/CommunitiesPage.tsx').then((screens) => screens.CommunitiesPage),
  ),
});
const peopleRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: '/people',
  ...lazyScreen(['settings'], () =>
    import('../settings/PeoplePage.tsx').then((screens) => screens.PeoplePage),
  ),
});
const criteriaRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: '/quality',
  ...lazyScreen(['quality'], () =>
    import('../quality/CriteriaPage.tsx').then((screens) => screens.CriteriaPage),
  ),
});
const keysRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: '/keys',
  ...lazyScreen(['apiKeys'], () => import('../apiKeys/KeysPage.tsx').then((screens) => screens.KeysPage)),
});
const personalDataRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: '/personal-data',
  validateSearch: personalDataSearch,
  ...lazyScreen(['personalData', 'deliveries'], () =>
    import('../settings/personalData/PersonalDataPage.tsx').then((screens) => screens.PersonalDataPage),
  ),
});
const auditRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: '/audit',
  ...lazyScreen(['audit', 'personalData', 'deliveries'], () =>
    import('../audit/AuditPage.tsx').then((screens) => screens.AuditPage),
  ),
});
const templatesRoute = createRoute({
  getParentRoute: () => deskRoute,
  path: '/templates',
  ...lazyScreen(['templates', 'preview'], () =>
    import('../templates/TemplatesPage.tsx').then((screens) => screens.TemplatesPage),
  ),
});
const newTemplateRoute = createRoute({
  getParentRoute: () => deskRoute,
  path: '/templates/new',
  ...lazyScreen(['templates', 'preview'], () =>
    import('../templates/TemplatePage.tsx').then((screens) => screens.NewTemplatePage),
  ),
});
const templateRoute = createRoute({
  getParentRoute: () => deskRoute,
  path: '/templates/$templateId',
  ...lazyScreen(['templates', 'preview'], () =>
    import('../templates/TemplatePage.tsx').then((screens) => screens.TemplatePage),
  ),
});
const cannedAnswersRoute = createRoute({
  getParentRoute: () => deskRoute,
  path: '/canned-answers',
  ...lazyScreen(['cannedAnswers'], () =>
    import('../cannedAnswers/CannedAnswersPage.tsx').then((screens) => screens.CannedAnswersPage),
  ),
});
const campaignsRoute = createRoute({
  getParentRoute: () => deskRoute,
  path: '/mailings',
  ...lazyScreen(['mailings', 'preview'], () =>
    import('../campaigns/CampaignsPage.tsx').then((screens) => screens.CampaignsPage),
  ),
});
const campaignRoute = createRoute({
  getParentRoute: () => deskRoute,
  path: '/mailings/$mailingId',
  ...lazyScreen(['mailings', 'preview'], () =>
    import('../campaigns/CampaignPage.tsx').then((screens) => screens.CampaignPage),
  ),
});
const deliveryReportsRoute = createRoute({
  getParentRoute: () => deskRoute,
  path: '/deliveries',
  validateSearch: deliverySearchParams,
  ...lazyScreen(['deliveries', 'preview'], () =>
    import('../deliveryReports/DeliveryReportsPage.tsx').then((screens) => screens.DeliveryReportsPage),
  ),
});
const deliveryReportRoute = createRoute({
  getParentRoute: () => deskRoute,
  path: '/deliveries/$messageId',
  validateSearch: deliverySearchParams,
  ...lazyScreen(['deliveries', 'preview'], () =>
    import('../deliveryReports/DeliveryPage.tsx').then((screens) => screens.DeliveryPage),
  ),
});
const searchRoute = createRoute({
  getParentRoute: () => deskRoute,
  path: '/search',
  validateSearch: searchParams,
  ...lazyScreen(['search', 'transcripts'], () =>
    import('../search/SearchPage.tsx').then((screens) => screens.SearchPage),
  ),
});
const clientTimelineRoute = createRoute({
  getParentRoute: () => deskRoute,
  path: '/clients/$clientId',
  ...lazyScreen(['history'], () =>
    import('../history/ClientTimelinePage.tsx').then((screens) => screens.ClientTimelinePage),
  ),
});
const transcriptsRoute = createRoute({
  getParentRoute: () => deskRoute,
  path: '/transcripts',
  ...lazyScreen(['transcripts'], () =>
    import('../transcripts/TranscriptsPage.tsx').then((screens) => screens.TranscriptsPage),
  ),
});
const reportsRoute = createRoute({
  getParentRoute: () => deskRoute,
  path: '/reports',
  validateSearch: reportParams,
  ...lazyScreen(['reports'], () =>
    import('../reports/ReportsPage.tsx').then((screens) => screens.ReportsPage),
  ),
});
const breachesRoute = createRoute({
  getParentRoute: () => deskRoute,
  path: '/breaches',
  validateSearch: breachParams,
  ...lazyScreen(['reports'], () =>
    import('../reports/BreachesPage.tsx').then((screens) => screens.BreachesPage),
  ),
});
const wallRoute = createRoute({
  getParentRoute: () => deskRoute,
  path: '/wall',
  validateSearch: wallParams,
  ...lazyScreen(['wall'], () => import('../wall/WallPage.tsx').then((screens) => screens.WallPage)),
});
const ratingsRoute = createRoute({
  getParentRoute: () => deskRoute,
  path: '/ratings',
  validateSearch: ratingParams,
  ...lazyScreen(['reports'], () =>
    import('../reports/RatingsPage.tsx').then((screens) => screens.RatingsPage),
  ),
});
const qualityRoute = createRoute({
  getParentRoute: () => deskRoute,
  path: '/quality',
  validateSearch: ratingParams,
  ...lazyScreen(['reports', 'quality'], () =>
    import('../reports/QualityPage.tsx').then((screens) => screens.QualityPage),
  ),
});
const sampleRoute = createRoute({
  getParentRoute: () => deskRoute,
  path: '/quality/$sampleId',
  ...lazyScreen(['reports', 'quality'], () =>
    import('../reports/SamplePage.tsx').then((screens) => screens.SamplePage),
  ),
});
const ownReviewsRoute = createRoute({
  getParentRoute: () => deskRoute,
  path: '/reviews',
  ...lazyScreen(['quality'], () =>
    import('../quality/OwnReviewsPage.tsx').then((screens) => screens.OwnReviewsPage),
  ),
});
const helpRoute = createRoute({
  getParentRoute: () => deskRoute,
  path: '/help',
  ...lazyScreen([], () => import('../help/HelpPage.tsx').then((screens) => screens.HelpPage)),
});

const routeTree = rootRoute.addChildren([
  signInRoute,
  deskRoute.addChildren([
    inboxRoute.addChildren([listRoute, conversationRoute]),
    settingsRoute.addChildren([
      firstSettingsRoute,
      companyRoute,
      communitiesRoute,
      peopleRoute,
      criteriaRoute,
      keysRoute,
      personalDataRoute,
      auditRoute,
    ]),
    templatesRoute,
    newTemplateRoute,
    templateRoute,
    cannedAnswersRoute,
    campaignsRoute,
    campaignRoute,
    deliveryReportsRoute,
    deliveryReportRoute,
    searchRoute,
    clientTimelineRoute,
    transcriptsRoute,
    reportsRoute,
    breachesRoute,
    wallRoute,
    ratingsRoute,
    qualityRoute,
    sampleRoute,
    ownReviewsRoute,
    helpRoute,
  ]),
]);

export function createDeskRouter(i18n: I18n) {
  return createRouter({
    routeTree,
    context: { i18n },
    defaultNotFoundComponent: NotFoundPage,
    defaultErrorComponent: BrokenPage,
  });
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createDeskRouter>;
  }
}
