/**
 * Every file and folder that a page of documentation names is there. A path may be short: `quota.ts` is any file of that
 * name, `mailings/worker.ts` any file whose path ends so. A link is relative to its page.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';

const roots = ['server', 'web', 'shared', 'test', 'scripts', 'docs', '.ci', '.github'];
/** Of this project: a file with another ending, such as `secrets.json`, may be one that the program makes. */
const ownEndings = /\.(ts|tsx|mjs|css|html|md|yml|yaml)$/;

const within = (folder: string) =>
  (readdirSync(folder, { recursive: true }) as string[]).map((path) => `/${join(folder, path)}`);
/** From the project's folder, each with `/` in front and folders with none behind. */
const paths = [...roots.flatMap(within), ...[...roots, ...readdirSync('.')].map((name) => `/${name}`)];

const pages = [
  ...readdirSync('.').filter((name) => name.endsWith('.md')),
  ...within('docs').flatMap((path) => (path.endsWith('.md') ? [path.slice(1)] : [])),
  'server/storage/embedded/README.md',
];

/** What is in backticks and looks like a path, without commands, addresses and patterns. */
function namedIn(text: string): string[] {
  return [...text.matchAll(/`([^`\n]+)`/g)]
    .flatMap(([, code = '']) => code.split(/[\s"']+/))
    .map((word) => word.replace(/[,;:.]+$/, ''))
    .filter((word) => /^[\w.-]+(\/[\w.-]+)*\/?$/.test(word))
    .filter((word) => /\/$/.test(word) || ownEndings.test(word) || startsAtRoot(word));
}

const startsAtRoot = (word: string) => roots.some((root) => word.startsWith(`${root}/`));

function linksIn(text: string): string[] {
  return [...text.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = '']) => target)
    .filter((target) => !/^(\w+:|#|\/)/.test(target))
    .map((target) => decodeURI(target.replace(/#.*$/, '')));
}

function isThere(named: string): boolean {
  const ending = `/${named.replace(/\/$/, '')}`;
  return paths.some((path) => path.endsWith(ending));
}

it('finds a short path, a folder and a whole path, and misses what is not there', () => {
  for (const named of ['paths.test.ts', 'docs/paths.test.ts', 'server/storage/', 'test/docs/paths.test.ts'])
    expect(isThere(named), named).toBe(true);
  for (const named of ['aths.test.ts', 'server/docs/paths.test.ts', 'server/nowhere/', 'nowhere/'])
    expect(isThere(named), named).toBe(false);
  expect(
    namedIn('run `npx vitest run test/a.test.ts`, see `b.ts` in `c/`, not `npm test`, `x.json` or `*.ts`'),
  ).toEqual(['test/a.test.ts', 'b.ts', 'c/']);
  expect(linksIn('[a](../b.md#c) and [d](https://e.example/f.md)')).toEqual(['../b.md']);
});

it.each(pages)('%s names only files and folders that are there', (page) => {
  const text = readFileSync(page, 'utf8').replace(/```[\s\S]*?```/g, '');
  const missing = [
    ...namedIn(text).filter((named) => !isThere(named)),
    ...linksIn(text).filter((target) => !existsSync(join(dirname(page), target))),
  ];
  expect([...new Set(missing)]).toEqual([]);
});
