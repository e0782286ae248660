/** The problems of a field, below it: the same messages and numbers as in the server's refusals. */

import { problemMessages } from '../../shared/templates/messages.ts';
import type { TemplateProblem } from '../../shared/templates/problems.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import styles from './TemplateEditor.module.css';

export interface FieldProblemsProps {
  id?: string;
  problems: readonly TemplateProblem[];
  /** Exactly this field; with `isWhole` also every field inside it. */
  field: string;
  isWhole?: boolean;
}

export function problemsOf(
  problems: readonly TemplateProblem[],
  field: string,
  isWhole = false,
): readonly TemplateProblem[] {
  return problems.filter((one) => one.field === field || (isWhole && one.field.startsWith(`${field}.`)));
}

export function FieldProblems({ id, problems, field, isWhole }: FieldProblemsProps) {
  const { language } = useTranslation();
  const shown = problemsOf(problems, field, isWhole);
  return (
    <div id={id} className={styles.problems} aria-live="polite">
      {shown.map((problem) => (
        <p key={`${problem.code} ${problem.field} ${problem.variable ?? ''}`}>
          {problemMessages(problem, language)}
        </p>
      ))}
    </div>
  );
}
