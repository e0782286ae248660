import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { findCircles, findStale, findViolations, type Side } from './findViolations.ts';
import { server, web } from './layers.ts';
import { filesIn, importsOf, readImports } from './readImports.ts';

const projectDir = fileURLToPath(new URL('../..', import.meta.url));

describe.each([server, web])('$folder', (side) => {
  const imports = readImports(projectDir, [side.folder]);

  it('imports downwards only, without circles, and only public files of another room', () => {
    expect(imports.length).toBeGreaterThan(100);
    expect(findViolations(side, imports)).toEqual([]);
  });

  it('has each room on a layer, and lists as public only files that another room imports', () => {
    expect(findStale(side, filesIn(projectDir, side.folder), imports)).toEqual([]);
  });

  it('is drawn in ARCHITECTURE.md with the same layers', () => {
    const drawn = side.layers.map((layer) => Object.keys(layer).join(' ')).join('\n');
    expect(readFileSync(`${projectDir}/ARCHITECTURE.md`, 'utf8')).toContain(drawn);
  });
});

it('lets shared/ import nothing but itself', () => {
  const outside = readImports(projectDir, ['shared']).filter(({ to }) => !to.startsWith('shared/'));
  expect(outside).toEqual([]);
  expect(findCircles(readImports(projectDir, ['shared']))).toEqual([]);
});

describe('the check itself', () => {
  const side: Side = {
    folder: 'server',
    entries: ['main.ts'],
    wiring: 'app',
    layers: [{ app: [] }, { top: [], peer: [] }, { low: ['open.ts'] }],
  };
  const violations = (from: string, text: string) => findViolations(side, importsOf(from, text));

  it.each([
    ['server/low/a.ts', `import type { T } from '../top/b.ts';`, 'imports upwards'],
    ['server/top/a.ts', `export { x } from '../peer/b.ts';`, 'a room of its own layer'],
    ['server/top/a.ts', `const x = await import('../low/hidden.ts');`, 'a private file of another room'],
    ['server/top/a.ts', `new Worker(new URL('../low/hidden.ts', import.meta.url))`, 'a private file'],
    ['server/top/a.ts', `import {\n  one,\n  two,\n} from '../attic/b.ts';`, 'server/attic is on no layer'],
    ['server/top/a.ts', `import '../main.ts';`, 'which starts the program'],
    ['server/top/a.ts', `import { T } from '../../web/app/x.ts';`, 'outside server/ and shared/'],
  ])('finds in %s: %s', (from, text, sentence) => {
    expect(violations(from, text)).toEqual([expect.stringContaining(sentence)]);
  });

  it.each([
    ['server/top/a.ts', `import { x } from '../low/open.ts';`],
    ['server/app/a.ts', `import { x } from '../low/hidden.ts';`],
    ['server/main.ts', `import { x } from './app/a.ts';`],
    ['server/low/a.ts', `import { x } from '../../shared/events.ts';`],
    ['server/low/a.ts', `import { x } from './deep/b.ts';`],
  ])('allows in %s: %s', (from, text) => {
    expect(violations(from, text)).toEqual([]);
  });

  it('finds a circle of files, types included', () => {
    const imports = [
      ...importsOf('server/low/a.ts', `import type { B } from './b.ts';`),
      ...importsOf('server/low/b.ts', `import { c } from './c.ts';`),
      ...importsOf('server/low/c.ts', `import { a } from './a.ts';`),
    ];
    expect(findViolations(side, imports)).toEqual([
      'these files import each other: server/low/a.ts → server/low/b.ts → server/low/c.ts → server/low/a.ts',
    ]);
  });

  it('finds a room on no layer, a public file without importers, and a file in no room', () => {
    const files = ['server/attic/a.ts', 'server/low/open.ts', 'server/outside.ts', 'server/top/a.ts'];
    expect(findStale(side, files, [])).toEqual([
      'server/attic is on no layer',
      'server/app is listed, but does not exist',
      'server/peer is listed, but does not exist',
      'server/low/open.ts is listed as public, but no other room imports it',
      'server/outside.ts is in no room',
    ]);
  });
});
