/** The rows of the list: phone, time, template, network and status. */
import { Link } from '@tanstack/react-router';
import type { DeliveryRow } from '../../shared/schemas/delivery.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import { fullTime, momentNear } from '../ui/formatTime.ts';
import { useLocale, useNow } from '../ui/useLocale.ts';
import styles from './DeliveryReportsPage.module.css';
import { useReasonLabels } from './labels.ts';
import { StatusMark } from './StatusMark.tsx';

export interface Selection {
  chosen: ReadonlySet<string>;
  onChange(chosen: ReadonlySet<string>): void;
  /** The most rows that can be selected at once. */
  most: number;
}

export function DeliveryTable({ rows, selection }: { rows: DeliveryRow[]; selection: Selection | null }) {
  const { t } = useTranslation();
  const now = useNow();
  const choosable = rows.filter(({ canTryAgain }) => canTryAgain).slice(0, selection?.most);
  const areAllChosen = choosable.length > 0 && choosable.every(({ id }) => selection?.chosen.has(id));
  return (
    <table className={styles.table}>
      <thead>
        <tr>
          {selection && (
            <th className={styles.choice} scope="col">
              <input
                type="checkbox"
                aria-label={t('deliveries.again.all')}
                disabled={choosable.length === 0}
                checked={areAllChosen}
                onChange={() =>
                  selection.onChange(new Set(areAllChosen ? [] : choosable.map(({ id }) => id)))
                }
              />
            </th>
          )}
          <th scope="col">{t('deliveries.column.client')}</th>
          <th scope="col">{t('deliveries.column.template')}</th>
          <th scope="col">{t('deliveries.column.status')}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <Row key={row.id} row={row} selection={selection} now={now} />
        ))}
      </tbody>
    </table>
  );
}

function Row({ row, selection, now }: { row: DeliveryRow; selection: Selection | null; now: Date }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const reasonLabel = useReasonLabels();
  const { id, phone, acceptedAt, template, network, status, statusAt, code, canTryAgain, againId } = row;
  const choose = () => {
    if (!selection) return;
    const chosen = new Set(selection.chosen);
    if (!chosen.delete(id) && chosen.size < selection.most) chosen.add(id);
    selection.onChange(chosen);
  };
  return (
    <tr data-delivery={id}>
      {selection && (
        <td className={styles.choice}>
          {canTryAgain && (
            <input
              type="checkbox"
              aria-label={t('deliveries.again.select', { phone })}
              checked={selection.chosen.has(id)}
              onChange={choose}
            />
          )}
        </td>
      )}
      <td>
        <Link to="/deliveries/$messageId" params={{ messageId: id }} search className={styles.open}>
          {phone || t('deliveries.erased')}
        </Link>
        <time className={styles.faint} dateTime={acceptedAt} title={fullTime(acceptedAt, locale)}>
          {momentNear(acceptedAt, now, locale)}
        </time>
      </td>
      <td>
        <span className={styles.template}>{template}</span>
        <span className={styles.faint}>{t(`network.${network}`)}</span>
      </td>
      <td>
        <StatusMark status={status} />
        <span className={styles.faint}>
          {code === null ? (
            <time dateTime={statusAt} title={fullTime(statusAt, locale)}>
              {momentNear(statusAt, now, locale)}
            </time>
          ) : (
            reasonLabel(code)
          )}
          {againId && (
            <>
              {' · '}
              <Link to="/deliveries/$messageId" params={{ messageId: againId }}>
                {t('deliveries.again.was')}
              </Link>
            </>
          )}
        </span>
      </td>
    </tr>
  );
}
