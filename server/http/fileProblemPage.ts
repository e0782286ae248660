/**
 * A file that could not be opened, as a page for people: a link to a file leads here in a tab of its own, where no
 * screen of the desk can put the error into words. No script, nothing from other hosts.
 */
import type { ErrorCode } from '../../shared/errorCodes.ts';

type Language = 'ru' | 'en';

interface Texts {
  passing: string;
  again: string;
  gone: string;
  signIn: string;
  forbidden: string;
  title: string;
}

const texts: Record<Language, Texts> = {
  ru: {
    title: 'Файл не открылся',
    passing: 'Не удалось получить файл. Попробуйте ещё раз чуть позже.',
    again: 'Открыть ещё раз',
    gone: 'Этого файла больше нет, или у вас нет к нему доступа.',
    signIn: 'Сначала войдите.',
    forbidden: 'У вас нет прав на этот файл.',
  },
  en: {
    title: 'The file did not open',
    passing: 'The file could not be loaded. Please try again a little later.',
    again: 'Open again',
    gone: 'This file no longer exists, or you do not have access to it.',
    signIn: 'Please sign in first.',
    forbidden: 'You do not have permission to open this file.',
  },
};

export function fileProblemPage(code: ErrorCode, language: Language, path: string): string {
  const text = texts[language];
  const known: Partial<Record<ErrorCode, string>> = {
    notFound: text.gone,
    notSignedIn: `<a href="/">${text.signIn}</a>`,
    forbidden: text.forbidden,
  };
  const why = known[code] ?? `${text.passing}</p><p><a href="${escaped(path)}">${text.again}</a>`;
  return `<!doctype html>
<html lang="${language}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${text.title}</title>
<style>
:root { color-scheme: light dark; }
body { max-width: 30rem; margin: 20vh auto 0; padding: 0 1rem; font: 16px/1.5 system-ui, sans-serif; text-align: center; }
h1 { font-size: 1.25rem; }
</style>
<h1>${text.title}</h1>
<p>${why}</p>
</html>
`;
}

const escaped = (text: string) =>
  text.replace(/&/g, '&amp;').replace(/"/g, '&quot;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
