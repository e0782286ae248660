/** A page with a title, actions, content of a readable width, and a message for people without access. */
import type { ReactNode } from 'react';
import { ApiError } from './apiError.ts';
import { Failed } from './Failed.tsx';
import styles from './Page.module.css';
import { useScreenTitle } from './screenTitle.ts';

export interface PageProps {
  title: string;
  actions?: ReactNode;
  isAllowed: boolean;
  isWide?: boolean;
  children: ReactNode;
}

export function Page({ title, actions, isAllowed, isWide = false, children }: PageProps) {
  useScreenTitle(title);
  return (
    <main className={styles.page}>
      <div className={styles.inside} data-wide={isWide}>
        <header className={styles.header}>
          {/* Gets the focus when the pressed button is gone. */}
          <h1 className={styles.title} tabIndex={-1}>
            {title}
          </h1>
          {isAllowed && actions && <div className={styles.actions}>{actions}</div>}
        </header>
        {isAllowed ? (
          children
        ) : (
          <Failed title={title} error={new ApiError('forbidden', 'this page is for others')} />
        )}
      </div>
    </main>
  );
}
