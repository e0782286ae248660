/** For supervisors: the pane shows the client, or the events of the conversation. */
import { type KeyboardEvent, useRef } from 'react';
import { useTranslation } from '../i18n/useTranslation.ts';
import styles from './PaneTabs.module.css';

export const paneTabs = ['client', 'events'] as const;
export type PaneTab = (typeof paneTabs)[number];

export const panelId = (tab: PaneTab) => `client-pane-${tab}`;

export function PaneTabs({ shown, onShow }: { shown: PaneTab; onShow: (tab: PaneTab) => void }) {
  const { t } = useTranslation();
  const listRef = useRef<HTMLDivElement>(null);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight') return;
    event.preventDefault();
    const other = paneTabs.find((tab) => tab !== shown) ?? shown;
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
