/**
 * Chooses the template, the row of headers, the phone column and a column per variable, with the first rows beside
 * each. Saving starts a check; nothing is sent.
 */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Button, FormItem, NativeSelect } from '@vkontakte/vkui';
import { type FormEvent, useId, useState } from 'react';
import type { CampaignView } from '../../shared/schemas/campaign.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import { templateQuery } from '../templates/templatesData.ts';
import { useSendableTemplates } from '../templates/useSendableTemplates.ts';
import box from '../ui/Box.module.css';
import { Problem } from '../ui/Problem.tsx';
import { useErrorMessages } from '../ui/useErrorMessages.ts';
import { useSaving } from '../ui/useSaving.ts';
import styles from './CampaignPage.module.css';
import { ColumnChoice } from './ColumnChoice.tsx';
import { call, firstRowsQuery, storeCampaign } from './campaignsData.ts';
import { clientCells, headersWith } from './firstRows.ts';
import { guessColumns } from './guessColumns.ts';
import { HeadChoice } from './HeadChoice.tsx';

export function ColumnsForm({ campaign }: { campaign: CampaignView }) {
  const { t } = useTranslation();
  const id = useId();
  const queries = useQueryClient();
  const messageOf = useErrorMessages();
  const { isSaving, problem, save } = useSaving();
  const { columns, head } = campaign;
  const [template, setTemplate] = useState(columns?.template ?? '');
  const [headRows, setHeadRows] = useState(head === null || head.isAsked ? null : head.rows);
  const [phoneColumn, setPhoneColumn] = useState(columns?.phoneColumn ?? campaign.guessedPhoneColumn);
  const [corrected, setCorrected] = useState<Record<string, number>>(columns?.variables ?? {});
  const { templates = [], error: templatesError, isRead } = useSendableTemplates();
  const { data: { rows } = { rows: [] } } = useQuery(firstRowsQuery(campaign));
  const chosen = templates.find(({ name }) => name === template);
  const { data: held } = useQuery({
    ...templateQuery(chosen?.id ?? ''),
    enabled: chosen !== undefined,
  });
  const headers = headersWith(campaign, rows, headRows);
  const shown = { headers, rows: clientCells(campaign, rows, headRows) };
  const variables = held?.approved?.variables ?? [];
  const filled = { ...guessColumns(variables, headers), ...corrected };
  const missing = variables.filter(({ name }) => filled[name] === undefined);
  const isHeadKnown = head === null || headRows !== null;
  const isWhole = held !== undefined && phoneColumn !== null && missing.length === 0 && isHeadKnown;

  const onSubmit = async (event: FormEvent) => {
    event.preventDefault();
    if (!isWhole) return;
    await save(async () => {
      const matched = await call('matchColumns', {
        params: { mailingId: campaign.id },
        body: {
          template,
          phoneColumn,
          variables: Object.fromEntries(variables.map(({ name }) => [name, filled[name] ?? 0])),
          ...(headRows === null ? {} : { headRows }),
        },
      });
      storeCampaign(queries, matched);
    });
  };
  return (
    <form className={`${box.box} ${styles.form}`} onSubmit={(event) => void onSubmit(event)}>
      <h2 className={box.heading}>{t('mailings.columns')}</h2>
      {problem && <Problem message={problem} />}
      {templatesError !== null && <Problem message={messageOf(templatesError)} />}
      {isRead && templates.length === 0 && <p className={styles.facts}>{t('mailings.noTemplates')}</p>}
      <FormItem noPadding top={t('mailings.template')} htmlFor={`${id}-template`}>
        <NativeSelect
          id={`${id}-template`}
          value={template}
          onChange={(event) => {
            setTemplate(event.target.value);
            setCorrected({});
          }}
        >
          <option value="">{t('mailings.template.none')}</option>
          {templates.map((each) => (
            <option key={each.id} value={each.name}>
              {each.title} ({each.name})
            </option>
          ))}
        </NativeSelect>
      </FormItem>
      {head !== null && rows.length > 0 && (
        <HeadChoice head={head} rows={rows} value={headRows} onChange={setHeadRows} />
      )}
      <ColumnChoice {...shown} label={t('mailings.phone')} value={phoneColumn} onChange={setPhoneColumn} />
      {variables.map(({ name }) => (
        <ColumnChoice
          {...shown}
          key={name}
          label={`{${name}}`}
          value={filled[name] ?? null}
          onChange={(column) => column !== null && setCorrected({ ...corrected, [name]: column })}
        />
      ))}
      <Button type="submit" size="l" stretched disabled={!isWhole} loading={isSaving}>
        {t('mailings.check')}
      </Button>
    </form>
  );
}
