/** A table with its heading and a button that saves it as a file. */
import { Button } from '@vkontakte/vkui';
import { type ReactNode, useId } from 'react';
import { useTranslation } from '../i18n/useTranslation.ts';
import { csvOf, download } from '../ui/csvFile.ts';
import styles from './ReportsPage.module.css';

export interface ReportTableProps {
  title: string;
  fileName: string;
  columns: readonly string[];
  rows: readonly { key: string; head: ReactNode; headText: string; cells: readonly string[] }[];
  /** Above the table. */
  children?: ReactNode;
  isFolded?: boolean;
}

/** A criterion of quality may be a sentence: its column stays as narrow as the others. */
const LONG_CHARS = 24;

export function ReportTable(props: ReportTableProps) {
  const { title, fileName, columns, rows, children, isFolded = false } = props;
  const { t, language } = useTranslation();
  const id = useId();
  const save = () =>
    download(
      fileName,
      csvOf([columns, ...rows.map(({ headText, cells }) => [headText, ...cells])], language),
    );
  const table = (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a table that scrolls must be reachable by keyboard
    <section className={styles.scroll} tabIndex={0} aria-label={t('reports.table.of', { table: title })}>
      <table className={styles.table}>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column} scope="col" data-long={column.length > LONG_CHARS || undefined}>
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ key, head, cells }) => (
            <tr key={key}>
              <th scope="row">{head}</th>
              {cells.map((cell, at) => (
                <td key={columns[at + 1]}>{cell}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
  return (
    <section className={styles.card} aria-labelledby={id}>
      <div className={styles.cardHead}>
        <h2 className={styles.heading} id={id}>
          {title}
        </h2>
        <Button
          mode="tertiary"
          size="s"
          aria-label={t('reports.csv.of', { table: title })}
          disabled={rows.length === 0}
          onClick={save}
        >
          {t('reports.csv')}
        </Button>
      </div>
      {rows.length === 0 && <p className={styles.faint}>{t('reports.nothing')}</p>}
      {rows.length > 0 && children}
      {rows.length > 0 &&
        (isFolded ? (
          <details>
            <summary className={styles.summary}>{t('reports.table')}</summary>
            {table}
          </details>
        ) : (
          table
        ))}
    </section>
  );
}
