/** A copy of the project in a temporary folder, so that a mutant never stands in the working tree. */
import { execFileSync } from 'node:child_process';
import { copyFileSync, linkSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

export interface ProjectCopy {
  dir: string;
  remove(): void;
}

export function copyProject(projectDir: string): ProjectCopy {
  const dir = mkdtempSync(join(tmpdir(), 'notify-inbox-mutants-'));
  const remove = () => rmSync(dir, { recursive: true, force: true, maxRetries: 5 });
  try {
    for (const file of filesOf(projectDir)) {
      mkdirSync(dirname(join(dir, file)), { recursive: true });
      copyFileSync(join(projectDir, file), join(dir, file));
    }
    linkFolder(join(projectDir, 'node_modules'), join(dir, 'node_modules'));
  } catch (error) {
    remove();
    throw error;
  }
  return { dir, remove };
}

/** What is versioned, as it stands now, and new files that are not ignored. */
function filesOf(projectDir: string): string[] {
  const listed = (...more: string[]) =>
    execFileSync('git', ['ls-files', '-z', ...more], {
      cwd: projectDir,
      encoding: 'utf8',
      maxBuffer: 2 ** 26,
    })
      .split('\0')
      .filter(Boolean);
  const deleted = new Set(listed('--deleted'));
  return listed('--cached', '--others', '--exclude-standard').filter((file) => !deleted.has(file));
}

/** Hard links take a second and no space. They do not cross to another disk; a symbolic link does. */
function linkFolder(from: string, to: string): void {
  try {
    linkTree(from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EXDEV') throw error;
    rmSync(to, { recursive: true, force: true });
    symlinkSync(from, to, 'dir');
  }
}

function linkTree(from: string, to: string): void {
  mkdirSync(to, { recursive: true });
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    // Caches are written to: the copy has its own.
    if (entry.name === '.cache' || entry.name === '.vite' || entry.name === '.vitest') continue;
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) linkTree(source, target);
    else linkSync(source, target);
  }
}
