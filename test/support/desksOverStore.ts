/**
 * Several desks in processes of their own over one store (`npm run store`), with the sandbox as their network, for tests
 * that kill them. Each desk has a place: killed and started again, it has the same address.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Connection } from 'mongoose';
import { pino } from 'pino';
import { createClosing } from '../../server/app/closing.ts';
import type { DeskTiming } from '../../server/app/createServer.ts';
import { type Sandbox, startSandbox } from '../../server/sandbox/startSandbox.ts';
import { connectDatabase } from '../../server/storage/database.ts';
import {
  type DeskClient,
  type DeskProcess,
  firstPassword,
  hastyDeskFile,
  signIn,
  startDeskProcess,
} from './deskProcess.ts';
import { freePort } from './freePort.ts';
import { startStoreProcess } from './storeProcess.ts';

export interface DesksOverStore extends AsyncDisposable {
  sandbox: Sandbox;
  control: Sandbox['control'];
  /** The store itself, past every desk. */
  connection: Connection;
  /** Starts the desk of this place; the first one started makes the people, the keys and the indexes. */
  start(at: number): Promise<DeskProcess>;
  /** `kill -9`. */
  kill(at: number): Promise<void>;
  /** The administrator at the desk of this place; what was signed in before a kill holds after it. */
  admin(at: number): Promise<DeskClient>;
  /** Where the desk of this place listens, whether it lives or not. */
  urlOf(at: number): string;
}

export interface DesksOptions {
  desks: number;
  /** Shorter waits than those of earnest. */
  timing?: DeskTiming;
  env?: Record<string, string>;
}

export async function openDesks({ desks: count, timing, env = {} }: DesksOptions): Promise<DesksOverStore> {
  const closing = createClosing();
  try {
    const folder = async (name: string) => {
      const path = await mkdtemp(join(tmpdir(), `notify-inbox-${name}-`));
      closing.add(() => rm(path, { recursive: true, force: true }));
      return path;
    };
    const dataDir = await folder('desks');
    const sandbox = await startSandbox({ port: 0, logger: pino({ level: 'silent' }) });
    closing.add(() => sandbox.close());
    const store = await startStoreProcess(await folder('desks-store'), await freePort());
    closing.add(() => store.signal('SIGKILL'));
    const ports: number[] = [];
    while (ports.length < count) ports.push(await freePort());
    const desks: (DeskProcess | undefined)[] = [];
    const started: DeskProcess[] = [];
    closing.add(async () => {
      for (const desk of started) await desk.kill('SIGKILL');
    });
    const connection = await connectDatabase(store.uri, { isElsewhere: true });
    closing.add(() => connection.close());

    const urlOf = (at: number) => `http://127.0.0.1:${ports[at]}`;
    return {
      sandbox,
      control: sandbox.control,
      connection,
      urlOf,
      async start(at) {
        const desk = await startDeskProcess(
          {
            PORT: String(ports[at]),
            DATA_DIR: dataDir,
            SANDBOX: 'off',
            VK_API_URL: sandbox.apiBaseUrl,
            OK_API_URL: sandbox.okBaseUrl,
            MONGODB_URI: store.uri,
            ...(timing ? { DESK_TIMING: JSON.stringify(timing) } : {}),
            ...env,
          },
          [],
          ...(timing ? [hastyDeskFile] : []),
        );
        desks[at] = desk;
        started.push(desk);
        return desk;
      },
      async kill(at) {
        await desks[at]?.kill('SIGKILL');
      },
      async admin(at) {
        const email = 'admin@example.com';
        return signIn(urlOf(at), email, await firstPassword(dataDir, email));
      },
      [Symbol.asyncDispose]: closing.closeAll,
    };
  } catch (error) {
    await closing.closeAll();
    throw error;
  }
}
