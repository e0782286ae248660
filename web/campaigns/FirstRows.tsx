/** The first clients of a checked list, with the phone as it was read: here a person sees a wrong encoding or column. */
import { useQuery } from '@tanstack/react-query';
import { type CampaignView, campaignLimits } from '../../shared/schemas/campaign.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import { firstRowsQuery } from './campaignsData.ts';
import styles from './FirstRows.module.css';

export function FirstRows({ campaign }: { campaign: CampaignView }) {
  const { t } = useTranslation();
  const { columns, head } = campaign;
  const { data } = useQuery({ ...firstRowsQuery(campaign), enabled: columns !== null });
  const first = head?.rows ?? 0;
  const rows = data?.rows.slice(first, first + campaignLimits.rowsShown) ?? [];
  if (columns === null || rows.length === 0) return null;
  const variables = Object.entries(columns.variables);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a table that is wider than the screen is scrolled by keys
    <section className={styles.scroll} aria-label={t('mailings.firstRows')} tabIndex={0}>
      <table className={styles.table}>
        <caption>{t('mailings.firstRows')}</caption>
        <thead>
          <tr>
            <th scope="col">{t('mailings.firstRows.row')}</th>
            <th scope="col">{t('mailings.phone')}</th>
            {variables.map(([name]) => (
              <th key={name} scope="col">{`{${name}}`}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ index, row, cells, phone }) => (
            <tr key={index}>
              <td>{row}</td>
              <td>
                <bdi>{phone ?? cells[columns.phoneColumn] ?? ''}</bdi>
                {phone === null && <span className={styles.wrong}> {t('mailings.firstRows.noPhone')}</span>}
              </td>
              {variables.map(([name, column]) => (
                <td key={name}>
                  <bdi>{cells[column] ?? ''}</bdi>
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
