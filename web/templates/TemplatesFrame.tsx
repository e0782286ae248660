/** The frame of the templates' pages: their name, what can be done, and a word to those who may not come here. */
import type { ReactNode } from 'react';
import { useEffect } from 'react';
import { useDeskData } from '../app/useDeskData.ts';
import { ApiError } from '../connection/apiError.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import { Failed } from '../ui/Failed.tsx';
import styles from './TemplatesPage.module.css';

export interface TemplatesFrameProps {
  title: string;
  actions?: ReactNode;
  isWide?: boolean;
  children: ReactNode;
}

export function TemplatesFrame({ title, actions, isWide = false, children }: TemplatesFrameProps) {
  const { t } = useTranslation();
  const { me } = useDeskData();
  const isAllowed = me.role !== 'agent';
  useEffect(() => {
    document.title = `${title} · ${t('app.name')}`;
  }, [title, t]);
  return (
    <main className={styles.page}>
      <div className={styles.inside} data-wide={isWide}>
        <header className={styles.header}>
          {/* The focus comes here when what was pressed is gone. */}
          <h1 className={styles.title} tabIndex={-1}>
            {title}
          </h1>
          {isAllowed && <div className={styles.actions}>{actions}</div>}
        </header>
        {isAllowed ? (
          children
        ) : (
          <Failed title={title} error={new ApiError('forbidden', 'supervisors and administrators only')} />
        )}
      </div>
    </main>
  );
}
