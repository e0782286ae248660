/** The props of every part of the template's form. */
import type { TemplateContent } from '../../shared/schemas/template.ts';
import type { TemplateProblem } from '../../shared/templates/problems.ts';

export interface FormPart {
  content: TemplateContent;
  problems: readonly TemplateProblem[];
  onChange: (change: Partial<TemplateContent>) => void;
}
