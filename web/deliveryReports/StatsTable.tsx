/** A table of statistics: the row headers, then one column per status. A wide table scrolls on its own. */
import type { ReactNode } from 'react';
import { useTranslation } from '../i18n/useTranslation.ts';
import { statNames } from './hourBuckets.ts';
import styles from './Stats.module.css';

export interface StatsTableProps {
  name: string;
  /** Headers of the columns before the statuses. */
  heads: readonly string[];
  /** Rows of the table. */
  children: ReactNode;
}

export function StatsTable({ name, heads, children }: StatsTableProps) {
  const { t } = useTranslation();
  const all = [...heads, ...statNames.map((stat) => t(`deliveries.status.${stat}`))];
  return (
    // A scrolled element must be reachable by keyboard.
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls
    <section className={styles.scrolled} tabIndex={0} aria-label={name}>
      <table className={styles.table}>
        <thead>
          <tr>
            {all.map((head) => (
              <th key={head} scope="col">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </section>
  );
}
