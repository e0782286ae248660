/** The service text and the ad, buttons that insert variables, and the present and longest text length (N8). */
import { Button, FormItem, Textarea } from '@vkontakte/vkui';
import { useId, useRef } from 'react';
import { templateLimits } from '../../shared/templates/limits.ts';
import { exampleValues } from '../../shared/templates/render.ts';
import { codePoints, fillText, joinedText } from '../../shared/templates/text.ts';
import { textLength } from '../../shared/templates/textLength.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import { useLocale } from '../ui/useLocale.ts';
import { asStored, withInserted } from './draft.ts';
import { FieldProblems, problemsOf } from './FieldProblems.tsx';
import type { FormPart } from './formPart.ts';
import styles from './TemplateEditor.module.css';

export function TextFields({ content, problems, onChange }: FormPart) {
  const { t } = useTranslation();
  const id = useId();
  const body = useRef<HTMLTextAreaElement>(null);
  const insert = (name: string) => {
    const field = body.current;
    if (!field) return;
    const { text, caret } = withInserted(content.body, name, field.selectionStart, field.selectionEnd);
    onChange({ body: text });
    // After the text is drawn, so that the caret is behind the inserted variable.
    requestAnimationFrame(() => {
      field.focus();
      field.setSelectionRange(caret, caret);
    });
  };
  const isWrong = (field: string) => problemsOf(problems, field).length > 0;
  return (
    <>
      <div className={styles.field}>
        <FormItem
          noPadding
          top={t('templates.body')}
          htmlFor={`${id}-body`}
          bottom={t('templates.body.hint')}
          status={isWrong('body') ? 'error' : 'default'}
        >
          <Textarea
            slotProps={{ textArea: { 'aria-describedby': `${id}-body-problems ${id}-length` } }}
            id={`${id}-body`}
            getRef={body}
            rows={5}
            maxLength={templateLimits.draftTextChars}
            value={content.body}
            onChange={(event) => onChange({ body: event.target.value })}
          />
        </FormItem>
        {content.variables.length > 0 && (
          <div className={styles.inserts}>
            {content.variables.map(({ name }) => (
              <Button
                key={name}
                size="s"
                mode="outline"
                aria-label={t('templates.insert', { name })}
                onClick={() => insert(name)}
              >{`{${name}}`}</Button>
            ))}
          </div>
        )}
        <FieldProblems id={`${id}-body-problems`} problems={problems} field="body" />
      </div>
      <div className={styles.field}>
        <FormItem
          noPadding
          top={t('templates.adText')}
          htmlFor={`${id}-ad`}
          bottom={t('templates.adText.hint')}
          status={isWrong('adText') ? 'error' : 'default'}
        >
          <Textarea
            slotProps={{ textArea: { 'aria-describedby': `${id}-ad-problems` } }}
            id={`${id}-ad`}
            rows={2}
            maxLength={templateLimits.draftTextChars}
            value={content.adText ?? ''}
            onChange={(event) => onChange({ adText: event.target.value || null })}
          />
        </FormItem>
        <FieldProblems id={`${id}-ad-problems`} problems={problems} field="adText" />
      </div>
      <LengthLine id={`${id}-length`} content={content} />
    </>
  );
}

function LengthLine({ id, content }: { id: string } & Pick<FormPart, 'content'>) {
  const { t } = useTranslation();
  const number = new Intl.NumberFormat(useLocale());
  const stored = asStored(content);
  const { longestChars } = textLength(stored);
  const examples = exampleValues(stored);
  const now = codePoints(fillText(joinedText(stored), (name) => examples[name] ?? ''));
  const isOver = longestChars > templateLimits.textChars;
  return (
    <div id={id} className={styles.length} data-over={isOver}>
      <strong>
        {t('templates.length', {
          now: number.format(now),
          longest: number.format(longestChars),
          limit: number.format(templateLimits.textChars),
        })}
      </strong>
      <span>{isOver ? t('templates.length.over') : t('templates.length.hint')}</span>
    </div>
  );
}
