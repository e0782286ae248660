/** Somebody's text as they wrote it: never as HTML, links made safe, each paragraph in its own direction. */
import { Link } from '@vkontakte/vkui';
import { splitLinks } from './links.ts';
import styles from './PlainText.module.css';

export function PlainText({ text }: { text: string }) {
  return (
    <div className={styles.text} dir="auto">
      {splitLinks(text).map((part, index) =>
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
