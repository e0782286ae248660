/** A message's text as its author wrote it: never HTML, with safe links, each paragraph in its own direction. */
import { Link } from '@vkontakte/vkui';
import { useEffect } from 'react';
import styles from './PlainText.module.css';
import type { splitLinks } from './splitLinks.ts';
import { createStore } from './store.ts';
import { useStore } from './useStore.ts';

/** Null until the link finder is loaded: the first screen does not wait for it. */
const linkFinder = createStore<typeof splitLinks | null>(null);

export function PlainText({ text }: { text: string }) {
  const split = useStore(linkFinder);
  useEffect(loadLinkFinder, []);
  return (
    <div className={styles.text} dir="auto">
      {split === null
        ? text
        : split(text).map((part, index) =>
            part.kind === 'text' ? (
              part.text
            ) : (
              // biome-ignore lint/suspicious/noArrayIndexKey: parts of one text never change places
              <Link key={index} href={part.href} target="_blank" rel="noopener noreferrer nofollow">
                {part.text}
              </Link>
            ),
          )}
    </div>
  );
}

/** After a failed load, the next drawn text tries again. */
function loadLinkFinder(): void {
  if (linkFinder.get() !== null) return;
  import('./splitLinks.ts').then(
    (module) => linkFinder.set(module.splitLinks),
    () => undefined,
  );
}
