/**
 * One process per folder. On Linux the lock is a socket name in the kernel's abstract namespace, made of the folder's
 * device and inode; it disappears with the process. Elsewhere it is a file with the process id.
 */
import { link, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { FolderError } from './folder.ts';

export interface FolderLock {
  release(): Promise<void>;
}

export function lockFolder(folder: string): Promise<FolderLock> {
  return process.platform === 'linux' ? lockByName(folder) : lockByFile(folder);
}

function heldBy(folder: string, pid: string): FolderError {
  return new FolderError(
    `${folder} is already open in process ${pid}. One process opens a folder; to share it run "npm run store" and set MONGODB_URI`,
  );
}

async function lockByName(folder: string): Promise<FolderLock> {
  const { dev, ino } = await stat(folder, { bigint: true });
  const path = `\0notify-inbox-store-${dev}-${ino}`;
  const server = createServer((socket) => socket.on('error', () => {}).end(String(process.pid)));
  try {
    await listen(server, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    throw heldBy(folder, await askPid(path));
  }
  server.unref();
  return { release: () => new Promise((resolve) => server.close(() => resolve())) };
}

function listen(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ path, exclusive: true }, resolve);
  });
}

function askPid(path: string): Promise<string> {
  return new Promise((resolve) => {
    let answer = '';
    const socket = connect({ path });
    socket.setTimeout(2000, () => socket.destroy());
    socket.on('data', (part) => {
      answer += part.toString();
    });
    socket.on('error', () => {});
    socket.on('close', () => resolve(answer || '(it does not answer)'));
  });
}

async function lockByFile(folder: string): Promise<FolderLock> {
  const path = join(folder, 'store.lock');
  const own = `${path}.${process.pid}`;
  await writeFile(own, String(process.pid), { mode: 0o600 });
  try {
    for (let attempt = 0; attempt < 5; attempt++) {
      try {
        // A link is created only when no file of that name exists.
        await link(own, path);
        return { release: () => rm(path, { force: true }) };
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      }
      const holder = await readFile(path, 'utf8').catch(() => '');
      if (holder !== '' && isAlive(Number(holder))) throw heldBy(folder, holder);
      await moveAway(path, holder);
    }
    throw new FolderError(`${folder}: other processes keep taking the lock file ${path}`);
  } finally {
    await rm(own, { force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Removes the lock of a dead process; if it is already a live process's new lock, puts it back. */
async function moveAway(path: string, deadHolder: string): Promise<void> {
  const aside = `${path}.${process.pid}.dead`;
  try {
    await rename(path, aside);
  } catch {
    return;
  }
  if ((await readFile(aside, 'utf8')) !== deadHolder) await link(aside, path).catch(() => {});
  await rm(aside, { force: true });
}
