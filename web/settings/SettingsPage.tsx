/** The frame of a settings page, with a refusal for readers without access. */
import { useRouterState } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useDeskData } from '../desk/useDeskData.ts';
import { Page } from '../ui/Page.tsx';
import { settingsPageAt, settingsPagesFor } from './settingsPages.ts';

export interface SettingsPageProps {
  title: string;
  action: ReactNode;
  children: ReactNode;
}

export function SettingsPage({ title, action, children }: SettingsPageProps) {
  const { me } = useDeskData();
  const path = useRouterState({ select: (state) => state.location.pathname });
  const isAllowed = settingsPagesFor(me.role).some((page) => page === settingsPageAt(path));
  return (
    <Page title={title} actions={action} isAllowed={isAllowed}>
      {children}
    </Page>
  );
}
