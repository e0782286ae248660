/**
 * Several desks in separate processes over one store (`npm run store`), with the sandbox as their network, for tests
 * that kill them. A desk that is killed and started again keeps its address.
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
import { shiftedNode } from './shiftedClock.ts';
import { startStoreProcess } from './storeProcess.ts';

export interface DesksOverStore extends AsyncDisposable {
  sandbox: Sandbox;
  control: Sandbox['control'];
  /** A direct connection to the store. */
  connection: Connection;
  /**
   * Starts the desk of this number; the first one started creates the people, the keys and the indexes.
   * @param options.clockShiftMs how far the clock of the process is ahead; negative: behind.
   */
  start(at: number, options?: { clockShiftMs?: number }): Promise<DeskProcess>;
  /** `kill -9`. */
  kill(at: number): Promise<void>;
  /** The administrator at the desk of this number; a sign-in stays valid after a kill. */
  admin(at: number): Promise<DeskClient>;
  /** The address of the desk of this number, whether it runs or not. */
  urlOf(at: number): string;
}

export interface DesksOptions {
  desks: number;
  /** Intervals shorter than in production. */
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
      async start(at, { clockShiftMs = 0 } = {}) {
        const shifted = shiftedNode(clockShiftMs);
        const desk = await startDeskProcess(
          {
            PORT: String(ports[at]),
            DATA_DIR: dataDir,
            SANDBOX: 'off',
            VK_API_URL: sandbox.apiBaseUrl,
            OK_API_URL: sandbox.okBaseUrl,
            MONGODB_URI: store.uri,
            ...(timing ? { DESK_TIMING: JSON.stringify(timing) } : {}),
            ...shifted.env,
            ...env,
          },
          shifted.nodeArguments,
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
