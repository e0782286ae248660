/** The variables of the texts: type, maximum length, and the example for the preview. */
import { Icon24Cancel } from '@vkontakte/icons';
import { Button, IconButton, Input, NativeSelect } from '@vkontakte/vkui';
import { type TemplateVariable, variableTypes } from '../../shared/schemas/template.ts';
import { templateLimits } from '../../shared/templates/limits.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import { describedVariable, replacedAt, undescribedVariables, withoutAt } from './draft.ts';
import { FieldProblems, problemsOf } from './FieldProblems.tsx';
import type { FormPart } from './formPart.ts';
import styles from './TemplateEditor.module.css';

export function VariableFields({ content, problems, onChange }: FormPart) {
  const { t } = useTranslation();
  const { variables } = content;
  const undescribed = undescribedVariables(content);
  const change = (index: number, variable: TemplateVariable) =>
    onChange({ variables: replacedAt(variables, index, variable) });
  const label = (field: 'type' | 'maxLength' | 'example', name: string) =>
    t('templates.variable.of', { field: t(`templates.variable.${field}`), name });
  return (
    <fieldset className={styles.group}>
      <legend>{t('templates.variables')}</legend>
      {variables.length === 0 && undescribed.length === 0 && (
        <p className={styles.hint}>{t('templates.variables.empty')}</p>
      )}
      {variables.length > 0 && (
        <table className={styles.variables}>
          <thead>
            <tr>
              <th scope="col">{t('templates.variable.name')}</th>
              <th scope="col">{t('templates.variable.type')}</th>
              <th scope="col">{t('templates.variable.maxLength')}</th>
              <th scope="col">{t('templates.variable.example')}</th>
              <td />
            </tr>
          </thead>
          <tbody>
            {variables.map((variable, index) => (
              <tr key={variable.name}>
                <th scope="row">{variable.name}</th>
                <td data-label={t('templates.variable.type')}>
                  <NativeSelect
                    slotProps={{ select: { 'aria-label': label('type', variable.name) } }}
                    value={variable.type}
                    onChange={(event) => {
                      const type = variableTypes.find((one) => one === event.target.value) ?? 'text';
                      change(index, { ...variable, type });
                    }}
                  >
                    {variableTypes.map((type) => (
                      <option key={type} value={type}>
                        {t(`templates.type.${type}`)}
                      </option>
                    ))}
                  </NativeSelect>
                </td>
                <td data-label={t('templates.variable.maxLength')}>
                  <Input
                    slotProps={{ input: { 'aria-label': label('maxLength', variable.name) } }}
                    type="number"
                    required
                    min={1}
                    max={templateLimits.textChars}
                    value={variable.maxLength || ''}
                    onChange={(event) =>
                      change(index, { ...variable, maxLength: Math.trunc(Number(event.target.value)) })
                    }
                  />
                </td>
                <td data-label={t('templates.variable.example')}>
                  <Input
                    slotProps={{
                      input: {
                        'aria-label': label('example', variable.name),
                        'aria-describedby': `problems-of-${variable.name}`,
                      },
                    }}
                    maxLength={templateLimits.textChars}
                    status={problemsOf(problems, `variables.${index}`, true).length > 0 ? 'error' : 'default'}
                    value={variable.example}
                    onChange={(event) => change(index, { ...variable, example: event.target.value })}
                  />
                  <FieldProblems
                    id={`problems-of-${variable.name}`}
                    problems={problems}
                    field={`variables.${index}`}
                    isWhole
                  />
                </td>
                <td>
                  <IconButton
                    label={t('templates.variable.remove', { name: variable.name })}
                    onClick={() => onChange({ variables: withoutAt(variables, index) })}
                  >
                    <Icon24Cancel />
                  </IconButton>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <div className={styles.inserts}>
        {undescribed.map((name) => (
          <Button
            key={name}
            mode="secondary"
            onClick={() => onChange({ variables: [...variables, describedVariable(name)] })}
          >
            {t('templates.variables.add', { name })}
          </Button>
        ))}
      </div>
      <FieldProblems problems={problems} field="variables" />
    </fieldset>
  );
}
