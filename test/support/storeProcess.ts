/** The store as a separate process (`npm run store`), for tests that take it away from the desk. */
import { spawn } from 'node:child_process';
import { until } from './until.ts';

/** Long, because starting is slow on a machine busy with other tests. */
const START_MS = 60_000;
const serveFile = new URL('../../dist/server/storage/embedded/serve.js', import.meta.url).pathname;

export interface StoreProcess {
  uri: string;
  pid: number;
  /** SIGKILL and SIGTERM resolve when the process has ended, SIGSTOP and SIGCONT at once. */
  signal(name: 'SIGKILL' | 'SIGTERM' | 'SIGSTOP' | 'SIGCONT'): Promise<void>;
}

/** The same folder and port give the same address again. */
export async function startStoreProcess(dataDir: string, port: number): Promise<StoreProcess> {
  const child = spawn(process.execPath, [serveFile], {
    env: {
      PATH: process.env.PATH ?? '',
      STORE_SCANS_FILE: process.env.STORE_SCANS_FILE ?? '',
      DATA_DIR: dataDir,
      STORE_PORT: String(port),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  let errors = '';
  child.stdout.on('data', (chunk) => {
    output += chunk;
  });
  child.stderr.on('data', (chunk) => {
    errors += chunk;
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const uri = await until(
    'the store to print its address',
    () => {
      if (child.exitCode !== null) throw new Error(`The store ended with ${child.exitCode}: ${errors}`);
      return /^MONGODB_URI=(.+)$/m.exec(output)?.[1];
    },
    { timeoutMs: START_MS },
  );
  return {
    uri,
    pid: child.pid ?? 0,
    async signal(name) {
      child.kill(name);
      if (name === 'SIGKILL' || name === 'SIGTERM') await ended;
    },
  };
}
