/** N17: the built screens load nothing from other origins; `http/app.test.ts` checks that the policy forbids it. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const webDir = new URL('../../dist/web/', import.meta.url).pathname;
/** References that make a browser load a file, as opposed to a link that a person may follow. */
const loads = {
  html: /<(?:script|link|img|iframe|source|video|audio)\b[^>]*(?:src|href)\s*=\s*["']?(?:https?:)?\/\//i,
  css: /(?:url\(\s*["']?|@import\s+["'])(?:https?:)?\/\//i,
  js: /\bimport\(\s*["'`]https?:|\bimport\s*["']https?:|\bfrom\s*["']https?:|importScripts\(\s*["']https?:/,
} as const;

it('reference no foreign origin', async () => {
  const names = (await readdir(webDir, { recursive: true })).filter((name) => /\.(html|css|js)$/.test(name));
  expect(names.some((name) => name.endsWith('.html'))).toBe(true);
  const foreign: string[] = [];
  for (const name of names) {
    const kind = name.slice(name.lastIndexOf('.') + 1) as keyof typeof loads;
    const found = loads[kind].exec(await readFile(join(webDir, name), 'utf8'));
    if (found) foreign.push(`${name}: ${found[0]}`);
  }
  expect(foreign).toEqual([]);
});
