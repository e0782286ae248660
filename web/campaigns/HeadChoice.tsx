/** Which row of the file has the headers. If the first row holds a phone, the form asks whether it is a client. */
import { FormItem, NativeSelect } from '@vkontakte/vkui';
import { useId } from 'react';
import { type CampaignFirstRows, type CampaignView, campaignLimits } from '../../shared/schemas/campaign.ts';
import { useTranslation } from '../i18n/useTranslation.ts';

const TEXT_CHARS = 60;

export interface HeadChoiceProps {
  head: NonNullable<CampaignView['head']>;
  rows: CampaignFirstRows['rows'];
  /** How many leading rows are no clients; null until the person answers. */
  value: number | null;
  onChange: (headRows: number | null) => void;
}

export function HeadChoice({ head, rows, value, onChange }: HeadChoiceProps) {
  const { t } = useTranslation();
  const id = useId();
  const textOf = (at: number) => {
    const row = rows[at];
    const text = (row?.cells ?? []).filter((cell) => cell !== '').join(', ');
    const cut = text.length > TEXT_CHARS ? `${text.slice(0, TEXT_CHARS)}…` : text;
    return row === undefined ? '' : t('mailings.head.row', { row: row.row, text: cut });
  };
  const select = {
    id: `${id}-head`,
    value: value === null ? '' : String(value),
    onChange: ({ target }: { target: { value: string } }) =>
      onChange(target.value === '' ? null : Number(target.value)),
  };
  if (head.isAsked)
    return (
      <FormItem
        noPadding
        top={t('mailings.head.asked')}
        htmlFor={select.id}
        bottom={textOf(head.rows)}
        bottomId={`${id}-row`}
      >
        <NativeSelect {...select} required aria-describedby={`${id}-row`}>
          <option value="">{t('mailings.head.choose')}</option>
          <option value={head.rows}>{t('mailings.head.client')}</option>
          <option value={head.rows + 1}>{t('mailings.head.headers')}</option>
        </NativeSelect>
      </FormItem>
    );
  const choices = rows.slice(0, Math.min(campaignLimits.headRows, rows.length - 1));
  return (
    <FormItem noPadding top={t('mailings.head')} htmlFor={select.id}>
      <NativeSelect {...select}>
        <option value="0">{t('mailings.head.none')}</option>
        {choices.map(({ index }) => (
          <option key={index} value={index + 1}>
            {textOf(index)}
          </option>
        ))}
      </NativeSelect>
    </FormItem>
  );
}
