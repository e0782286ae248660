/** The statistics as a table, per hour or per day. */
import { useTranslation } from '../i18n/useTranslation.ts';
import { useLocale } from '../ui/useLocale.ts';
import { type Bucket, statNames } from './hourBuckets.ts';
import { StatsTable } from './StatsTable.tsx';

export interface HoursTableProps {
  buckets: readonly Bucket[];
  isByDay: boolean;
  caption: string;
}

export function HoursTable({ buckets, isByDay, caption }: HoursTableProps) {
  const { t } = useTranslation();
  const locale = useLocale();
  const moment = new Intl.DateTimeFormat(locale, {
    day: 'numeric',
    month: 'short',
    ...(isByDay ? {} : { hour: '2-digit', minute: '2-digit' }),
  });
  const shown = buckets.filter(({ counts }) => statNames.some((stat) => counts[stat] > 0)).reverse();
  return (
    <StatsTable name={caption} heads={[t('deliveries.hours.time')]}>
      {shown.map(({ startMs, counts }) => (
        <tr key={startMs}>
          <th scope="row">{moment.format(startMs)}</th>
          {statNames.map((stat) => (
            <td key={stat}>{counts[stat].toLocaleString(locale)}</td>
          ))}
        </tr>
      ))}
    </StatsTable>
  );
}
