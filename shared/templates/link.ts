/**
 * A link button's address (N21): https before and after filling. Variables come only after a fixed host and are
 * percent encoded, so that no value can change the site; or the whole address is one variable of type `link`.
 */
import type { TemplateVariable } from '../schemas/template.ts';
import { templateLimits } from './limits.ts';
import { codePoints, fillText, textParts } from './text.ts';
import { isHttpsLink } from './values.ts';

interface LinkTooLong {
  code: 'linkTooLong';
  limit: number;
  actual: number;
}
/** Problems that do not depend on the values. */
export type LinkProblem = { code: 'linkNotHttps' } | { code: 'linkHostVariable' } | LinkTooLong;

/** The variable that is the whole address; null when the address has fixed text. */
function wholeVariable(url: string): string | null {
  const parts = textParts(url);
  const [only] = parts;
  return parts.length === 1 && only?.kind === 'variable' ? only.name : null;
}

/** The address's problem that does not depend on the values. */
export function linkProblem(url: string, variables: readonly TemplateVariable[]): LinkProblem | null {
  const whole = wholeVariable(url);
  if (whole !== null)
    return variables.find(({ name }) => name === whole)?.type === 'link' ? null : { code: 'linkNotHttps' };
  const origin = /^https:\/\/[^/?#]*/i.exec(url)?.[0];
  if (origin === undefined) return { code: 'linkNotHttps' };
  if (/[{}]/.test(origin)) return { code: 'linkHostVariable' };
  // A value is never empty, so one letter can replace each variable here.
  const filled = fillText(url, () => 'x');
  if (!isHttpsLink(filled)) return { code: 'linkNotHttps' };
  const actual = codePoints(filled);
  return actual > templateLimits.linkChars
    ? { code: 'linkTooLong', limit: templateLimits.linkChars, actual }
    : null;
}

export function fillLink(
  url: string,
  variables: readonly TemplateVariable[],
  valueFor: (name: string) => string,
): { kind: 'filled'; url: string } | { kind: 'refused'; problem: { code: 'linkNotHttps' } | LinkTooLong } {
  const whole = wholeVariable(url);
  const isWhole = whole !== null && variables.find(({ name }) => name === whole)?.type === 'link';
  const filled = fillText(url, (name) => (isWhole ? valueFor(name) : encodeURIComponent(valueFor(name))));
  const actual = codePoints(filled);
  if (actual > templateLimits.linkChars)
    return { kind: 'refused', problem: { code: 'linkTooLong', limit: templateLimits.linkChars, actual } };
  if (!isHttpsLink(filled)) return { kind: 'refused', problem: { code: 'linkNotHttps' } };
  return { kind: 'filled', url: filled };
}
