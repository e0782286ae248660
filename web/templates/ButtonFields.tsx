/** Up to six buttons (N14): a text button that answers, or an https link that may hold variables (N21). */
import { Icon24Cancel } from '@vkontakte/icons';
import { Button, IconButton, Input } from '@vkontakte/vkui';
import type { TemplateButton } from '../../shared/schemas/template.ts';
import { templateLimits } from '../../shared/templates/limits.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import { moved, replacedAt, withNewButton, withoutAt } from './draft.ts';
import { FieldProblems, problemsOf } from './FieldProblems.tsx';
import type { FormPart } from './formPart.ts';
import { OrderButtons } from './OrderButtons.tsx';
import styles from './TemplateEditor.module.css';

const LABEL_INPUT_CHARS = 500;

export function ButtonFields({ content, problems, onChange }: FormPart) {
  const { t } = useTranslation();
  const { buttons } = content;
  const change = (index: number, button: TemplateButton) =>
    onChange({ buttons: replacedAt(buttons, index, button) });
  const named = (index: number, field: 'label' | 'url') =>
    t('templates.button.numbered', { number: index + 1, field: t(`templates.button.${field}`) });
  const status = (field: string) => (problemsOf(problems, field).length > 0 ? 'error' : 'default');
  return (
    <fieldset className={styles.group}>
      <legend>{t('templates.buttons')}</legend>
      <p className={styles.hint}>{t('templates.buttons.hint', { count: templateLimits.buttons })}</p>
      <ol className={styles.items}>
        {buttons.map((button, index) => (
          <li key={button.id} className={styles.item}>
            <div className={styles.itemFields}>
              <Input
                slotProps={{ input: { 'aria-label': named(index, 'label') } }}
                placeholder={t('templates.button.label')}
                maxLength={LABEL_INPUT_CHARS}
                status={status(`buttons.${index}.label`)}
                value={button.label}
                onChange={(event) => change(index, { ...button, label: event.target.value })}
              />
              {button.kind === 'link' && (
                <Input
                  slotProps={{ input: { 'aria-label': named(index, 'url') } }}
                  placeholder="https://"
                  inputMode="url"
                  maxLength={4 * templateLimits.linkChars}
                  status={status(`buttons.${index}.url`)}
                  value={button.url}
                  onChange={(event) => change(index, { ...button, url: event.target.value })}
                />
              )}
              <FieldProblems problems={problems} field={`buttons.${index}`} isWhole />
            </div>
            <OrderButtons
              index={index}
              count={buttons.length}
              earlier={t('templates.button.earlier', { number: index + 1 })}
              later={t('templates.button.later', { number: index + 1 })}
              onMove={(to) => onChange({ buttons: moved(buttons, index, to) })}
            />
            <IconButton
              label={t('templates.button.remove', { number: index + 1 })}
              onClick={() => onChange({ buttons: withoutAt(buttons, index) })}
            >
              <Icon24Cancel />
            </IconButton>
          </li>
        ))}
      </ol>
      <FieldProblems problems={problems} field="buttons" />
      <div className={styles.inserts}>
        {(['text', 'link'] as const).map((kind) => (
          <Button
            key={kind}
            mode="secondary"
            disabled={buttons.length >= templateLimits.buttons}
            onClick={() => onChange({ buttons: withNewButton(buttons, kind) })}
          >
            {kind === 'text' ? t('templates.button.addText') : t('templates.button.addLink')}
          </Button>
        ))}
      </div>
    </fieldset>
  );
}
