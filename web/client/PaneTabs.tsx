/** The pane shows the client, reviews of quality or, for supervisors, the events of the conversation. */
import { type KeyboardEvent, useRef } from 'react';
import { useDeskData } from '../desk/useDeskData.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import styles from './PaneTabs.module.css';

export type PaneTab = 'client' | 'events' | 'quality';
const tabsOf = {
  agent: ['client', 'quality'],
  supervisor: ['client', 'events', 'quality'],
} as const satisfies Record<string, readonly PaneTab[]>;

export const panelId = (tab: PaneTab) => `client-pane-${tab}`;

export function PaneTabs({ shown, onShow }: { shown: PaneTab; onShow: (tab: PaneTab) => void }) {
  const { t } = useTranslation();
  const { me } = useDeskData();
  const paneTabs: readonly PaneTab[] = tabsOf[me.role === 'agent' ? 'agent' : 'supervisor'];
  const listRef = useRef<HTMLDivElement>(null);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight') return;
    event.preventDefault();
    const step = event.key === 'ArrowRight' ? 1 : paneTabs.length - 1;
    const other = paneTabs[(paneTabs.indexOf(shown) + step) % paneTabs.length] ?? shown;
    onShow(other);
    listRef.current?.querySelector<HTMLElement>(`[data-tab="${other}"]`)?.focus();
  };
  return (
    <div
      ref={listRef}
      role="tablist"
      aria-label={t('client.tabs')}
      className={styles.tabs}
      onKeyDown={onKeyDown}
    >
      {paneTabs.map((tab) => (
        <button
          key={tab}
          type="button"
          role="tab"
          data-tab={tab}
          className={styles.tab}
          aria-selected={tab === shown}
          aria-controls={tab === shown ? panelId(tab) : undefined}
          tabIndex={tab === shown ? 0 : -1}
          onClick={() => onShow(tab)}
        >
          {t(`client.tabs.${tab}`)}
        </button>
      ))}
    </div>
  );
}
