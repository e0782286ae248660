/** Chooses one column of the file, and shows what the first rows have there. */
import { FormItem, NativeSelect } from '@vkontakte/vkui';
import { useId } from 'react';
import { useTranslation } from '../i18n/useTranslation.ts';

export interface ColumnChoiceProps {
  label: string;
  headers: readonly string[];
  /** Cells of the first clients. */
  rows: readonly (readonly string[])[];
  value: number | null;
  onChange: (column: number | null) => void;
}

export function ColumnChoice({ label, headers, rows, value, onChange }: ColumnChoiceProps) {
  const { t } = useTranslation();
  const id = useId();
  const values = value === null ? [] : rows.map((cells) => cells[value] ?? '').filter((cell) => cell !== '');
  const isShown = value !== null && rows.length > 0;
  const examples =
    values.length > 0 ? t('mailings.examples', { values: values.join(' · ') }) : t('mailings.examples.none');
  return (
    <FormItem
      noPadding
      top={label}
      htmlFor={id}
      bottom={isShown ? <bdi>{examples}</bdi> : undefined}
      bottomId={`${id}-examples`}
    >
      <NativeSelect
        id={id}
        value={value === null ? '' : String(value)}
        aria-describedby={isShown ? `${id}-examples` : undefined}
        onChange={({ target }) => onChange(target.value === '' ? null : Number(target.value))}
      >
        {value === null && <option value="">{t('mailings.column.none')}</option>}
        {headers.map((header, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a column is its place
          <option key={at} value={at}>
            {header || t('mailings.column.unnamed', { number: at + 1 })}
          </option>
        ))}
      </NativeSelect>
    </FormItem>
  );
}
