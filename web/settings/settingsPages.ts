/**
 * The settings pages in their order: path, label, and least role. To add a page, add a row here and a child of the
 * settings route in `app/router.tsx`.
 */
import { type Role, roles } from '../../shared/schemas/person.ts';

export const settingsPages = [
  {
    path: '/settings/communities',
    labelKey: 'nav.communities',
    leastRole: 'administrator',
  },
  {
    path: '/settings/company',
    labelKey: 'nav.company',
    leastRole: 'administrator',
  },
  { path: '/settings/quality', labelKey: 'nav.quality', leastRole: 'administrator' },
  { path: '/settings/people', labelKey: 'nav.people', leastRole: 'administrator' },
  { path: '/settings/keys', labelKey: 'nav.keys', leastRole: 'administrator' },
  {
    path: '/settings/personal-data',
    labelKey: 'personalData.title',
    leastRole: 'administrator',
  },
  { path: '/settings/audit', labelKey: 'nav.audit', leastRole: 'administrator' },
] as const satisfies readonly {
  path: `/settings/${string}`;
  labelKey: string;
  leastRole: Role;
}[];

export type SettingsPageRow = (typeof settingsPages)[number];

export function settingsPagesFor(role: Role): SettingsPageRow[] {
  return settingsPages.filter(({ leastRole }) => roles.indexOf(role) >= roles.indexOf(leastRole));
}

export function settingsPageAt(pathname: string): SettingsPageRow | undefined {
  return settingsPages.find(({ path }) => pathname === path || pathname.startsWith(`${path}/`));
}
