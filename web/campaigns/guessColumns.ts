/** Guesses the column of each variable by its name; a person corrects it. */
import type { TemplateVariable } from '../../shared/schemas/template.ts';

const plain = (name: string) => name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');

export function guessColumns(
  variables: readonly Pick<TemplateVariable, 'name'>[],
  headers: readonly string[],
): Record<string, number> {
  const guessed: Record<string, number> = {};
  for (const { name } of variables) {
    const at = headers.findIndex((header) => plain(header) === plain(name));
    if (at !== -1) guessed[name] = at;
  }
  return guessed;
}
