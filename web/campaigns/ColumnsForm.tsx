/** Chooses the template, the phone column and a column per variable. Saving starts a check; nothing is sent. */
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
import { call, storeCampaign } from './campaignsData.ts';
import { guessColumns } from './guessColumns.ts';

export function ColumnsForm({ campaign }: { campaign: CampaignView }) {
  const { t } = useTranslation();
  const id = useId();
  const queries = useQueryClient();
  const messageOf = useErrorMessages();
  const { isSaving, problem, save } = useSaving();
  const { headers, columns } = campaign;
  const [template, setTemplate] = useState(columns?.template ?? '');
  const [phoneColumn, setPhoneColumn] = useState(columns?.phoneColumn ?? campaign.guessedPhoneColumn);
  const [corrected, setCorrected] = useState<Record<string, number>>(columns?.variables ?? {});
  const { templates = [], error: templatesError, isRead } = useSendableTemplates();
  const chosen = templates.find(({ name }) => name === template);
  const { data: held } = useQuery({
    ...templateQuery(chosen?.id ?? ''),
    enabled: chosen !== undefined,
  });
  const variables = held?.approved?.variables ?? [];
  const filled = { ...guessColumns(variables, headers), ...corrected };
  const missing = variables.filter(({ name }) => filled[name] === undefined);
  const isWhole = held !== undefined && phoneColumn !== null && missing.length === 0;

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
        },
      });
      storeCampaign(queries, matched);
    });
  };
  const options = headers.map((header, at) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: a column is its place
    <option key={at} value={at}>
      {header || t('mailings.column.unnamed', { number: at + 1 })}
    </option>
  ));
  const none = <option value="">{t('mailings.column.none')}</option>;
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
      <FormItem noPadding top={t('mailings.phone')} htmlFor={`${id}-phone`}>
        <NativeSelect
          id={`${id}-phone`}
          value={phoneColumn === null ? '' : String(phoneColumn)}
          onChange={({ target }) => setPhoneColumn(target.value === '' ? null : Number(target.value))}
        >
          {none}
          {options}
        </NativeSelect>
      </FormItem>
      {variables.map(({ name }) => (
        <FormItem key={name} noPadding top={`{${name}}`} htmlFor={`${id}-${name}`}>
          <NativeSelect
            id={`${id}-${name}`}
            value={filled[name] === undefined ? '' : String(filled[name])}
            onChange={({ target }) => setCorrected({ ...corrected, [name]: Number(target.value) })}
          >
            {filled[name] === undefined && none}
            {options}
          </NativeSelect>
        </FormItem>
      ))}
      <Button type="submit" size="l" stretched disabled={!isWhole} loading={isSaving}>
        {t('mailings.check')}
      </Button>
    </form>
  );
}
