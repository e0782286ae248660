/** A section's heading; it gets the focus when the button that had it is gone. */
import type { RefObject } from 'react';
import styles from './ClientPane.module.css';

export function SectionTitle({
  titleRef,
  children,
}: {
  titleRef: RefObject<HTMLHeadingElement | null>;
  children: string;
}) {
  return (
    <h3 className={styles.title} ref={titleRef} tabIndex={-1}>
      {children}
    </h3>
  );
}
