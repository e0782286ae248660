/** A table of the wall with its heading. Wide ones scroll by themselves on a narrow screen. */
import { type CSSProperties, type ReactNode, useId } from 'react';
import styles from './Wall.module.css';

export interface WallTableParts<Column extends string> {
  title: string;
  /** Of the first column, which names the row. */
  headTitle: string;
  columns: Readonly<Record<Column, string>>;
  rows: readonly { key: string; head: ReactNode; isFaint: boolean; cells: Record<Column, ReactNode> }[];
}

export function WallTable<Column extends string>(table: WallTableParts<Column>) {
  const { title, headTitle, columns, rows } = table;
  const names = Object.keys(columns) as Column[];
  const id = useId();
  return (
    // On a large screen the letters follow the number of rows: all of them should be seen from afar.
    <section className={styles.card} aria-labelledby={id} style={{ '--rows': rows.length } as CSSProperties}>
      <h2 className={styles.heading} id={id}>
        {title}
      </h2>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a table that scrolls must be reachable by keyboard */}
      {/* biome-ignore lint/a11y/useSemanticElements: a named part of the card that scrolls */}
      <div className={styles.scroll} tabIndex={0} role="group" aria-labelledby={id}>
        <table className={styles.table}>
          <thead>
            <tr>
              <th scope="col">{headTitle}</th>
              {names.map((name) => (
                <th key={name} scope="col">
                  {columns[name]}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map(({ key, head, isFaint, cells }) => (
              <tr key={key} data-faint={isFaint}>
                <th scope="row">{head}</th>
                {names.map((name) => (
                  <td key={name}>{cells[name]}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
