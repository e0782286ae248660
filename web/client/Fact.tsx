/** One line of a card's list: a label and a value. */
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
