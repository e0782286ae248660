/** Counts per template and status. Choosing a template filters the list and the statistics by it. */
import { Link } from '@tanstack/react-router';
import { Button } from '@vkontakte/vkui';
import { useState } from 'react';
import type { DeliveryStats, TemplateCounts } from '../../shared/schemas/delivery.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import box from '../ui/Box.module.css';
import { useLocale } from '../ui/useLocale.ts';
import { statNames } from './hourBuckets.ts';
import styles from './Stats.module.css';
import { StatsTable } from './StatsTable.tsx';
import { type DeliverySearchParams, exactSearch } from './searchParams.ts';
import { shareText } from './share.ts';

const SHOWN_FIRST = 5;

export interface TemplateStatsProps {
  stats: DeliveryStats;
  params: DeliverySearchParams;
}

export function TemplateStats({ stats: data, params }: TemplateStatsProps) {
  const { t } = useTranslation();
  const locale = useLocale();
  const [isWhole, setWhole] = useState(false);
  const { templates, templatesLeftOut, movesWithoutTemplate } = data;
  if (templates.length === 0) return null;
  const shown = templates.filter(
    ({ template }, at) => isWhole || at < SHOWN_FIRST || template === params.template,
  );
  return (
    <div className={styles.templates}>
      <h3 className={box.heading}>{t('deliveries.templates.title')}</h3>
      <StatsTable
        name={t('deliveries.templates.title')}
        heads={[t('deliveries.filter.template'), t('deliveries.templates.messages')]}
      >
        {shown.map((counts) => (
          <Row key={counts.template} counts={counts} params={params} />
        ))}
      </StatsTable>
      {templates.length > SHOWN_FIRST && (
        <Button
          mode="tertiary"
          className={styles.more}
          onClick={() => setWhole(!isWhole)}
          aria-expanded={isWhole}
        >
          {isWhole
            ? t('deliveries.templates.fewer')
            : t('deliveries.templates.all', { total: templates.length.toLocaleString(locale) })}
        </Button>
      )}
      <p className={styles.period}>
        {t('deliveries.templates.about')}
        {isWhole && templatesLeftOut > 0 && (
          <> {t('deliveries.templates.leftOut', { total: templatesLeftOut.toLocaleString(locale) })}</>
        )}
        {movesWithoutTemplate > 0 && (
          <> {t('deliveries.templates.uncounted', { total: movesWithoutTemplate.toLocaleString(locale) })}</>
        )}
      </p>
    </div>
  );
}

function Row({ counts, params }: { counts: TemplateCounts; params: DeliverySearchParams }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const { template, messages } = counts;
  const isChosen = template === params.template;
  return (
    <tr data-chosen={isChosen}>
      <th scope="row">
        <Link
          to="/deliveries"
          search={{ ...params, template: isChosen ? undefined : template }}
          className={styles.choose}
          aria-current={isChosen}
          title={t(isChosen ? 'deliveries.templates.release' : 'deliveries.templates.choose')}
          activeOptions={exactSearch}
          resetScroll={false}
        >
          {template}
        </Link>
      </th>
      <td>{messages.toLocaleString(locale)}</td>
      {statNames.map((stat) => (
        <td key={stat} data-bad={counts[stat] > 0 && (stat === 'undelivered' || stat === 'expired')}>
          {counts[stat].toLocaleString(locale)}
          <span className={styles.share}>{shareText(counts[stat], messages, locale)}</span>
        </td>
      ))}
    </tr>
  );
}
