/**
 * The pages under «Настройки», in their order: where each is, what it is called, who may see it. A new page is a row
 * here and a child of the settings' route in `app/router.tsx`.
 */
import {
  Icon28BuildingOutline,
  Icon28CheckShieldOutline,
  Icon28KeyOutline,
  Icon28ServicesOutline,
  Icon28UsersOutline,
} from '@vkontakte/icons';
import { type Role, roles } from '../../shared/schemas/person.ts';

export const settingsPages = [
  {
    path: '/settings/communities',
    words: 'nav.communities',
    Icon: Icon28ServicesOutline,
    leastRole: 'administrator',
  },
  {
    path: '/settings/company',
    words: 'nav.company',
    Icon: Icon28BuildingOutline,
    leastRole: 'administrator',
  },
  { path: '/settings/people', words: 'nav.people', Icon: Icon28UsersOutline, leastRole: 'administrator' },
  { path: '/settings/keys', words: 'nav.keys', Icon: Icon28KeyOutline, leastRole: 'administrator' },
  {
    path: '/settings/personal-data',
    words: 'personalData.title',
    Icon: Icon28CheckShieldOutline,
    leastRole: 'administrator',
  },
] as const satisfies readonly {
  path: `/settings/${string}`;
  words: string;
  Icon: typeof Icon28KeyOutline;
  leastRole: Role;
}[];

export type SettingsPageRow = (typeof settingsPages)[number];

export function settingsPagesFor(role: Role): SettingsPageRow[] {
  return settingsPages.filter(({ leastRole }) => roles.indexOf(role) >= roles.indexOf(leastRole));
}

export function settingsPageAt(pathname: string): SettingsPageRow | undefined {
  return settingsPages.find(({ path }) => pathname === path || pathname.startsWith(`${path}/`));
}
