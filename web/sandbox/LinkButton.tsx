/** A button with a link: the sandbox does not open it, but shows the address that would open. */
import { useState } from 'react';
import styles from './chat.module.css';
import { useLabels } from './labels.ts';

export function LinkButton({ label, link }: { label: string; link: string }) {
  const say = useLabels();
  const [isShown, setShown] = useState(false);
  return (
    <div className={styles.linkButton}>
      <button
        type="button"
        className={styles.keyboardButton}
        aria-expanded={isShown}
        onClick={() => setShown(!isShown)}
      >
        {label} ↗
      </button>
      {isShown && (
        <p className={styles.linkAddress} role="status">
          {say('chat.linkWouldOpen')} <b>{link}</b>
        </p>
      )}
    </div>
  );
}
