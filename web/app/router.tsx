/** The addresses of the inbox and what each shows. Settings are loaded only when somebody goes there. */
import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
} from '@tanstack/react-router';
import { z } from 'zod';
import { id } from '../../shared/schemas/common.ts';
import { conversationFilter } from '../../shared/schemas/conversation.ts';
import { deliverySearchParams } from '../deliveries/searchParams.ts';
import { InboxPage } from '../inbox/InboxPage.tsx';
import { DeskLayout } from './DeskLayout.tsx';
import { BrokenPage, NotFoundPage } from './NotFoundPage.tsx';
import { SignInPage } from './SignInPage.tsx';

/** The list's filter stands in the address, so that it can be kept and shared. */
const inboxSearch = z.object({
  filter: conversationFilter.optional().catch(undefined),
  community: z.string().optional().catch(undefined),
  unread: z.boolean().optional().catch(undefined),
});
export type InboxSearch = z.infer<typeof inboxSearch>;

const personalDataSearch = z.object({ clientId: id.optional().catch(undefined) });
const signInSearch = z.object({ ended: z.boolean().optional().catch(undefined) });

const rootRoute = createRootRoute({ component: Outlet });
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
  component: lazyRouteComponent(() => import('../settings/SettingsFrame.tsx'), 'SettingsFrame'),
});
const firstSettingsRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: '/',
  component: lazyRouteComponent(() => import('../settings/SettingsFrame.tsx'), 'FirstSettingsPage'),
});
const companyRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: '/company',
  component: lazyRouteComponent(() => import('../company/CompanyPage.tsx'), 'CompanyPage'),
});
const communitiesRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: '/communities',
  component: lazyRouteComponent(() => import('../settings/CommunitiesPage.tsx'), 'CommunitiesPage'),
});
const peopleRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: '/people',
  component: lazyRouteComponent(() => import('../settings/PeoplePage.tsx'), 'PeoplePage'),
});
const keysRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: '/keys',
  component: lazyRouteComponent(() => import('../apiKeys/KeysPage.tsx'), 'KeysPage'),
});
const personalDataRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: '/personal-data',
  validateSearch: personalDataSearch,
  component: lazyRouteComponent(
    () => import('../settings/personalData/PersonalDataPage.tsx'),
    'PersonalDataPage',
  ),
});
const templatesRoute = createRoute({
  getParentRoute: () => deskRoute,
  path: '/templates',
  component: lazyRouteComponent(() => import('../templates/TemplatesPage.tsx'), 'TemplatesPage'),
});
const newTemplateRoute = createRoute({
  getParentRoute: () => deskRoute,
  path: '/templates/new',
  component: lazyRouteComponent(() => import('../templates/TemplatePage.tsx'), 'NewTemplatePage'),
});
const templateRoute = createRoute({
  getParentRoute: () => deskRoute,
  path: '/templates/$templateId',
  component: lazyRouteComponent(() => import('../templates/TemplatePage.tsx'), 'TemplatePage'),
});
const mailingsRoute = createRoute({
  getParentRoute: () => deskRoute,
  path: '/mailings',
  component: lazyRouteComponent(() => import('../mailings/MailingsPage.tsx'), 'MailingsPage'),
});
const mailingRoute = createRoute({
  getParentRoute: () => deskRoute,
  path: '/mailings/$mailingId',
  component: lazyRouteComponent(() => import('../mailings/MailingPage.tsx'), 'MailingPage'),
});
const deliveriesRoute = createRoute({
  getParentRoute: () => deskRoute,
  path: '/deliveries',
  validateSearch: deliverySearchParams,
  component: lazyRouteComponent(() => import('../deliveries/DeliveriesPage.tsx'), 'DeliveriesPage'),
});
const deliveryRoute = createRoute({
  getParentRoute: () => deskRoute,
  path: '/deliveries/$messageId',
  validateSearch: deliverySearchParams,
  component: lazyRouteComponent(() => import('../deliveries/DeliveryPage.tsx'), 'DeliveryPage'),
});
const helpRoute = createRoute({
  getParentRoute: () => deskRoute,
  path: '/help',
  component: lazyRouteComponent(() => import('../help/HelpPage.tsx'), 'HelpPage'),
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
      keysRoute,
      personalDataRoute,
    ]),
    templatesRoute,
    newTemplateRoute,
    templateRoute,
    mailingsRoute,
    mailingRoute,
    deliveriesRoute,
    deliveryRoute,
    helpRoute,
  ]),
]);

export function createDeskRouter() {
  return createRouter({
    routeTree,
    defaultNotFoundComponent: NotFoundPage,
    defaultErrorComponent: BrokenPage,
  });
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createDeskRouter>;
  }
}
