/** One text by its key: the plural form that its number asks for, and the values in their places. */
export type Translations = Readonly<Record<string, string>>;
export type Values = Readonly<Record<string, string | number | undefined>>;

const rulesByLanguage = new Map<string, Intl.PluralRules>();

/** A key that nobody has loaded is given back as it is: seen at once, and never a broken screen. */
export function translate(words: Translations, language: string, key: string, values: Values = {}): string {
  const text = words[key] ?? words[`${key}_${formOf(language, values.count)}`] ?? key;
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
