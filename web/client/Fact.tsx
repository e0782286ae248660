/** One line of a card's list: what it is called, and what it is. */
import type { ReactNode } from 'react';
import styles from './ClientPane.module.css';

export function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className={styles.fact}>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
