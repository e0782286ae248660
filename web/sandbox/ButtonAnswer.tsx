/** The community's answer to a callback button, shown for a few seconds as VK's client does. */
import { useEffect, useState } from 'react';
import type { DialogueSnapshot } from '../../shared/sandbox.ts';
import styles from './chat.module.css';

const shownMs = 6_000;

export function ButtonAnswer({ answer }: { answer: DialogueSnapshot['eventAnswer'] }) {
  // An answer that came before this page was opened is not shown.
  const [seenId, setSeenId] = useState(answer?.eventId);
  const eventId = answer?.eventId;
  useEffect(() => {
    const timer = setTimeout(() => setSeenId(eventId), shownMs);
    return () => clearTimeout(timer);
  }, [eventId]);
  if (!answer || seenId === eventId) return null;
  const data = (answer.data ?? {}) as { type?: string; text?: string; link?: string };
  if (data.type === 'open_link' && data.link?.startsWith('https://')) {
    return (
      <p className={styles.snackbar} role="status">
        <a href={data.link} rel="noreferrer noopener" target="_blank">
          {data.link}
        </a>
      </p>
    );
  }
  return data.text ? (
    <p className={styles.snackbar} role="status">
      {data.text}
    </p>
  ) : null;
}
