import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { errorCodes, failureCodes } from '../../../shared/errorCodes.ts';
import { attachmentKinds } from '../../../shared/schemas/message.ts';
import { type Area, areas, type Language } from '../../../web/i18n/areas.ts';
import { createI18n } from '../../../web/i18n/i18n.ts';
import { lazyParts, sourcesOf } from './screenSources.ts';

const areaNames = Object.keys(areas) as Area[];
const textsOf = async (area: Area, language: Language): Promise<Record<string, string>> =>
  (await areas[area][language]()).texts;
type AreaTexts = [area: Area, texts: Record<string, string>];
const allOf = (language: Language): Promise<AreaTexts[]> =>
  Promise.all(areaNames.map(async (area): Promise<AreaTexts> => [area, await textsOf(area, language)]));
const russian = await allOf('ru');
const english = await allOf('en');
const together = (all: AreaTexts[]) =>
  Object.assign({}, ...all.map(([, texts]) => texts)) as Record<string, string>;
const ru = together(russian);
const en = together(english);

const PLURAL = /_(one|few|many|other)$/;
const base = (key: string) => key.replace(PLURAL, '');
const formsOf = (texts: Record<string, string>, key: string) =>
  Object.keys(texts)
    .filter((other) => base(other) === key && PLURAL.test(other))
    .map((other) => PLURAL.exec(other)?.[1])
    .sort();
const placeholders = (text: string | undefined) =>
  [...(text ?? '').matchAll(/{{(\w+)}}/g)].map(([, name]) => name).sort();

const bases = (texts: Record<string, string>) => [...new Set(Object.keys(texts).map(base))].sort();
const plurals = bases(ru).filter((key) => formsOf(ru, key).length > 0);

function sources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return ['i18n', 'sandbox'].includes(entry.name) ? [] : sources(path);
    return /\.tsx?$/.test(entry.name) ? [readFileSync(path, 'utf8')] : [];
  });
}

/** A key is used when the code names it, or builds it from a template that ends at a dot before a value. */
function isUsed(key: string, code: string): boolean {
  if (code.includes(`'${key}'`) || code.includes(`"${key}"`)) return true;
  const parts = key.split('.');
  return parts.some((_, at) => {
    const prefix = parts.slice(0, at).join('.');
    const suffix = parts.slice(at + 1).join('.');
    if (prefix === '') return false;
    const rest = suffix === '' ? '`' : `.${suffix}\``;
    return new RegExp(`\`${escapeForRegExp(prefix)}\\.\\$\\{[^}]+\\}${escapeForRegExp(rest)}`).test(code);
  });
}
const escapeForRegExp = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

describe('the texts', () => {
  it('have the same keys in both languages', () => {
    expect(bases(en)).toEqual(bases(ru));
  });

  it('have every plural form that their language needs', () => {
    for (const key of plurals) {
      expect({ key, forms: formsOf(ru, key) }).toEqual({ key, forms: ['few', 'many', 'one', 'other'] });
      expect({ key, forms: formsOf(en, key) }).toEqual({ key, forms: ['one', 'other'] });
    }
  });

  it('insert the same values in both languages', () => {
    for (const [key, text] of Object.entries(ru)) {
      const other = en[key] ?? en[`${base(key)}_other`];
      expect({ key, values: placeholders(other) }).toEqual({ key, values: placeholders(text) });
    }
  });

  it('are never empty', () => {
    for (const text of [...Object.values(ru), ...Object.values(en)]) expect(text.trim()).not.toBe('');
  });

  it('are all used by the code', () => {
    const code = sources('web').join('\n');
    expect(bases(ru).filter((key) => !isUsed(key, code))).toEqual([]);
  });

  it('exist for every error, failure and attachment that the contract knows', () => {
    const keys = Object.keys(ru);
    expect(keys).toEqual(expect.arrayContaining(errorCodes.map((code) => `error.${code}`)));
    expect(keys).toEqual(expect.arrayContaining(failureCodes.map((code) => `failure.${code}`)));
    expect(keys).toEqual(expect.arrayContaining(attachmentKinds.map((kind) => `attachment.${kind}`)));
  });

  it('belong each to one area', () => {
    const keys = russian.flatMap(([, texts]) => Object.keys(texts));
    expect(keys.filter((key, at) => keys.indexOf(key) !== at)).toEqual([]);
  });

  it('are in the same area in both languages', () => {
    for (const [area, texts] of russian)
      expect({ area, keys: bases(texts) }).toEqual({
        area,
        keys: bases(Object.fromEntries(english)[area] ?? {}),
      });
  });

  it('are loaded before the screen that uses them: the first one, and each that is loaded later', () => {
    const deps = [{ file: 'web/main.tsx', areas: [] as string[] }, ...lazyParts('web')];
    expect(deps.length).toBeGreaterThan(12);
    for (const part of deps) {
      const code = sourcesOf(part.file);
      const foreign = russian
        .filter(([area]) => area !== 'inbox' && !part.areas.includes(area))
        .flatMap(([area, texts]) => bases(texts).map((key) => ({ area, key })));
      const unloaded = foreign.filter(({ key }) => isUsed(key, code));
      expect({ file: part.file, unloaded }).toEqual({ file: part.file, unloaded: [] });
    }
  });

  it('agree with their number', async () => {
    const i18n = await createI18n('ru');
    const { t } = i18n.current();
    expect(t('thread.newMessages', { count: 1 })).toBe('1 новое сообщение');
    expect(t('thread.newMessages', { count: 3 })).toBe('3 новых сообщения');
    expect(t('thread.newMessages', { count: 11 })).toBe('11 новых сообщений');
    await i18n.setLanguage('en');
    expect(i18n.current().t('thread.newMessages', { count: 1 })).toBe('1 new message');
    expect(i18n.current().t('thread.newMessages', { count: 2 })).toBe('2 new messages');
  });
});
