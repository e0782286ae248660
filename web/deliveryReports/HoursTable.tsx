/** The figures in words and numbers, hour by hour or day by day. */
import { useTranslation } from '../i18n/useTranslation.ts';
import { useLocale } from '../ui/useLocale.ts';
import { type Bucket, figures } from './hourBuckets.ts';
import { FiguresTable } from './StatsTable.tsx';

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
  const shown = buckets.filter(({ counts }) => figures.some((figure) => counts[figure] > 0)).reverse();
  return (
    <FiguresTable name={caption} heads={[t('deliveries.hours.time')]}>
      {shown.map(({ startMs, counts }) => (
        <tr key={startMs}>
          <th scope="row">{moment.format(startMs)}</th>
          {figures.map((figure) => (
            <td key={figure}>{counts[figure].toLocaleString(locale)}</td>
          ))}
        </tr>
      ))}
    </FiguresTable>
  );
}
