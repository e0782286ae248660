/** A text with the found words marked. */
import { Fragment } from 'react';
import styles from './SearchPage.module.css';

export interface MarkedProps {
  text: string;
  /** From and to, ascending. */
  marks: readonly (readonly [number, number])[];
}

export function Marked({ text, marks }: MarkedProps) {
  let end = 0;
  return (
    <bdi>
      {marks.map(([from, to]) => {
        const before = text.slice(end, from);
        end = to;
        return (
          <Fragment key={from}>
            {before}
            <mark className={styles.mark}>{text.slice(from, to)}</mark>
          </Fragment>
        );
      })}
      {text.slice(end)}
    </bdi>
  );
}
