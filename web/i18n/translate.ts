/** Finds one text by its key, chooses the plural form for its number, and inserts the values. */
export type Translations = Readonly<Record<string, string>>;
export type Values = Readonly<Record<string, string | number | undefined>>;

const rulesByLanguage = new Map<string, Intl.PluralRules>();

/** An unknown key, not loaded yet, is returned as it is: easy to notice, and the screen still works. */
export function translate(texts: Translations, language: string, key: string, values: Values = {}): string {
  const text = texts[key] ?? texts[`${key}_${formOf(language, values.count)}`] ?? key;
  return text.replace(/{{(\w+)}}/g, (place, name: string) => String(values[name] ?? place));
}

function formOf(language: string, count: string | number | undefined): Intl.LDMLPluralRule {
  let rules = rulesByLanguage.get(language);
  if (!rules) {
    rules = new Intl.PluralRules(language);
    rulesByLanguage.set(language, rules);
  }
  return rules.select(Number(count));
}
