/** The form for a template's values beside a preview: problems under their fields, the text length (N8). */
import { FormItem, Input, NativeSelect } from '@vkontakte/vkui';
import { type FormEvent, type ReactNode, useId, useMemo, useState } from 'react';
import type { TemplateContent, TemplateImageView } from '../../shared/schemas/template.ts';
import { templateLimits } from '../../shared/templates/limits.ts';
import { problemMessages } from '../../shared/templates/messages.ts';
import { renderTemplate } from '../../shared/templates/render.ts';
import { codePoints, fillText, joinedText } from '../../shared/templates/text.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import { Preview } from '../templates/Preview.tsx';
import { duration } from '../ui/formatTime.ts';
import { useLocale } from '../ui/useLocale.ts';
import styles from './SendTemplateDialog.module.css';

export type Values = Record<string, string>;

/** N19, the time to live, allows from 15 seconds to 24 hours. */
const ttlChoices = [900, 3600, 4 * 3600, 12 * 3600, 24 * 3600];

export interface TemplateValuesProps {
  content: TemplateContent;
  images: readonly TemplateImageView[];
  values: Values;
  /** Null: the template's own time to live. */
  ttlSeconds: number | null;
  showsAllProblems: boolean;
  onValues: (values: Values) => void;
  onTtlSeconds: (ttlSeconds: number | null) => void;
  /** The form has `data-ready` when its values are valid. */
  onSubmit: (event: FormEvent<HTMLFormElement>) => void;
  children: ReactNode;
}

export function TemplateValues(props: TemplateValuesProps) {
  const { content, values, onValues } = props;
  const { t, language } = useTranslation();
  const locale = useLocale();
  const id = useId();
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const images = useMemo(() => new Map(props.images.map((image) => [image.id, image])), [props.images]);
  const rendered = renderTemplate(content, values);
  const problems = rendered.kind === 'refused' ? rendered.problems : [];
  const text = fillText(joinedText(content), (name) => values[name] ?? '');
  const general = problems.filter((problem) => !('variable' in problem));
  const messageOf = (name: string) => {
    if (!props.showsAllProblems && !left.has(name)) return null;
    const problem = problems.find((each) => 'variable' in each && each.variable === name);
    return problem ? problemMessages(problem, language) : null;
  };
  return (
    <form
      className={styles.columns}
      data-ready={rendered.kind === 'rendered' ? '' : undefined}
      noValidate
      onSubmit={props.onSubmit}
    >
      <div className={styles.form}>
        {content.variables.map(({ name, example, type }) => {
          const message = messageOf(name);
          const fieldId = `${id}-${name}`;
          return (
            <FormItem
              key={name}
              noPadding
              top={name}
              htmlFor={fieldId}
              status={message === null ? 'default' : 'error'}
              bottom={message ?? t('byHand.example', { type: t(`templates.type.${type}`), example })}
              bottomId={`${fieldId}-about`}
            >
              <Input
                id={fieldId}
                value={values[name] ?? ''}
                aria-describedby={`${fieldId}-about`}
                aria-invalid={message !== null}
                autoComplete="off"
                onChange={({ target }) => onValues({ ...values, [name]: target.value })}
                onBlur={() => setLeft((before) => new Set(before).add(name))}
              />
            </FormItem>
          );
        })}
        <FormItem noPadding top={t('byHand.ttl')} htmlFor={`${id}-ttl`}>
          <NativeSelect
            id={`${id}-ttl`}
            value={props.ttlSeconds === null ? '' : String(props.ttlSeconds)}
            onChange={({ target }) => props.onTtlSeconds(target.value === '' ? null : Number(target.value))}
          >
            <option value="">
              {t('byHand.ttl.usual', { time: duration(content.defaultTtlSeconds * 1000, locale) })}
            </option>
            {ttlChoices.map((seconds) => (
              <option key={seconds} value={seconds}>
                {duration(seconds * 1000, locale)}
              </option>
            ))}
          </NativeSelect>
        </FormItem>
        {general.map((problem) => (
          <p key={problem.code} className={styles.problem} role="alert">
            {problemMessages(problem, language)}
          </p>
        ))}
        {props.children}
      </div>
      <div>
        <Preview content={content} images={images} values={values} />
        <p className={styles.length}>
          {t('byHand.length', {
            now: codePoints(text).toLocaleString(locale),
            limit: templateLimits.textChars.toLocaleString(locale),
          })}
        </p>
      </div>
    </form>
  );
}
