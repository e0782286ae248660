/** Fills a template for one client: returns the text for the phone, or the wrong variables. */
import { type TemplateRequest, textLimitChars } from './protocol.ts';

/** Variable names as the desk allows them: Latin, first letter small. */
const variable = /\{([a-z][a-zA-Z0-9_]{0,31})\}/g;

export type RenderedButton = { kind: 'text'; label: string } | { kind: 'link'; label: string; url: string };

export type Rendering =
  | { kind: 'rendered'; text: string; buttons: RenderedButton[] }
  | { kind: 'wrongVariables'; fields: string[]; error: string }
  | { kind: 'tooLong'; textChars: number };

export function variablesOf(template: Pick<TemplateRequest, 'body' | 'adText' | 'buttons'>): string[] {
  const texts = [template.body, template.adText];
  for (const button of template.buttons) if (button.kind === 'link') texts.push(button.url);
  return [...new Set(texts.flatMap((text) => [...text.matchAll(variable)].map(([, name]) => name!)))];
}

export function render(
  template: TemplateRequest & { variables: readonly string[] },
  values: Readonly<Record<string, string>>,
): Rendering {
  const missing = template.variables.filter((name) => !Object.hasOwn(values, name));
  if (missing.length > 0) return wrong('missing', missing);
  const unknown = Object.keys(values).filter((name) => !template.variables.includes(name));
  if (unknown.length > 0) return wrong('unknown', unknown);
  const tooLong = template.variables.filter(
    (name) => [...values[name]!].length > (template.maxChars[name] ?? Number.POSITIVE_INFINITY),
  );
  if (tooLong.length > 0) return wrong('too long', tooLong);
  const fill = (text: string) => text.replace(variable, (_, name: string) => values[name]!);
  const ad = fill(template.adText);
  const text = ad ? `${fill(template.body)}\n\n${ad}` : fill(template.body);
  const textChars = [...text].length;
  if (textChars > textLimitChars) return { kind: 'tooLong', textChars };
  const buttons = template.buttons.map((button) =>
    button.kind === 'text' ? button : { ...button, url: fillLink(button.url, values) },
  );
  return { kind: 'rendered', text, buttons };
}

/** A value inside a link is URL-encoded; a value that is the whole link is used as it is. */
function fillLink(url: string, values: Readonly<Record<string, string>>): string {
  return url.replace(variable, (whole, name: string) =>
    whole === url ? values[name]! : encodeURIComponent(values[name]!),
  );
}

function wrong(what: string, fields: string[]): Rendering {
  return { kind: 'wrongVariables', fields, error: `Variables ${what}: ${fields.join(', ')}` };
}
