/**
 * Every file and folder named on a page of documentation exists. A path may be short: `quota.ts` is any file of that
 * name, `campaigns/worker.ts` any file whose path ends so. A link is relative to its page.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';

const roots = ['server', 'web', 'shared', 'test', 'scripts', 'docs', '.ci', '.github'];
/** Extensions of this project; a file with another one, such as `secrets.json`, may be created by the program. */
const ownExtensions = /\.(ts|tsx|mjs|css|html|md|yml|yaml)$/;

const within = (folder: string) =>
  (readdirSync(folder, { recursive: true }) as string[]).map((path) => `/${join(folder, path)}`);
/** Relative to the project's folder, each with a leading `/`; folders have no trailing one. */
const paths = [...roots.flatMap(within), ...[...roots, ...readdirSync('.')].map((name) => `/${name}`)];

const pages = [
  ...readdirSync('.').filter((name) => name.endsWith('.md')),
  ...within('docs').flatMap((path) => (path.endsWith('.md') ? [path.slice(1)] : [])),
  'server/storage/embedded/README.md',
];

/** Code in backticks that looks like a path; commands, URLs and patterns are left out. */
function namedIn(text: string): string[] {
  return [...text.matchAll(/`([^`\n]+)`/g)]
    .flatMap(([, code = '']) => code.split(/[\s"']+/))
    .map((part) => part.replace(/[,;:.]+$/, ''))
    .filter((part) => /^[\w.-]+(\/[\w.-]+)*\/?$/.test(part))
    .filter((part) => /\/$/.test(part) || ownExtensions.test(part) || startsAtRoot(part));
}

const startsAtRoot = (path: string) => roots.some((root) => path.startsWith(`${root}/`));

function linksIn(text: string): string[] {
  return [...text.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = '']) => target)
    .filter((target) => !/^(\w+:|#|\/)/.test(target))
    .map((target) => decodeURI(target.replace(/#.*$/, '')));
}

function exists(named: string): boolean {
  const suffix = `/${named.replace(/\/$/, '')}`;
  return paths.some((path) => path.endsWith(suffix));
}

it('finds a short path, a folder and a whole path, and misses a path that does not exist', () => {
  for (const named of ['paths.test.ts', 'docs/paths.test.ts', 'server/storage/', 'test/docs/paths.test.ts'])
    expect(exists(named), named).toBe(true);
  for (const named of ['aths.test.ts', 'server/docs/paths.test.ts', 'server/nowhere/', 'nowhere/'])
    expect(exists(named), named).toBe(false);
  expect(
    namedIn('run `npx vitest run test/a.test.ts`, see `b.ts` in `c/`, not `npm test`, `x.json` or `*.ts`'),
  ).toEqual(['test/a.test.ts', 'b.ts', 'c/']);
  expect(linksIn('[a](../b.md#c) and [d](https://e.example/f.md)')).toEqual(['../b.md']);
});

it.each(pages)('%s names only existing files and folders', (page) => {
  const text = readFileSync(page, 'utf8').replace(/```[\s\S]*?```/g, '');
  const missing = [
    ...namedIn(text).filter((named) => !exists(named)),
    ...linksIn(text).filter((target) => !existsSync(join(dirname(page), target))),
  ];
  expect([...new Set(missing)]).toEqual([]);
});
