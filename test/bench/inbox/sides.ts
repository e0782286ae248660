/** The two measured processes: the built desk, and the bare baseline. Both are started and watched alike. */
import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import type { DeskTiming } from '../../../server/app/context.ts';
import { firstPassword, hastyDeskFile, signIn, startDeskProcess } from '../../support/deskProcess.ts';
import { freePort } from '../../support/freePort.ts';
import { until } from '../../support/until.ts';
import { typeScriptArguments } from './ownProcess.ts';
import type { DeskWatch } from './watched.ts';
import type { Community } from './writer.ts';

export interface Side {
  url: string;
  pid: number;
  /** The tabs' sign-in; empty for the baseline, which asks for no sign-in. */
  cookie: string;
  end(): Promise<void>;
  atRest?: { readyMs: number; memoryMb: number };
}

export type StartSide = (options: {
  community: Community;
  apiBaseUrl: string;
  dataDir: string;
  watch: DeskWatch;
}) => Promise<Side>;

export const startBaseline: StartSide = async ({ community, apiBaseUrl, dataDir, watch }) => {
  const port = await freePort();
  const file = new URL('./baseline.ts', import.meta.url).pathname;
  const child = spawn(process.execPath, [...watch.nodeArguments, ...typeScriptArguments, file], {
    env: {
      ...process.env,
      ...watch.env,
      PORT: String(port),
      DATA_DIR: dataDir,
      VK_API_URL: apiBaseUrl,
      VK_TOKEN: community.token,
      GROUP_ID: String(community.groupId),
    },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const url = `http://127.0.0.1:${port}`;
  const isReady = async () => (await fetch(url)).ok;
  await until('the baseline to listen', isReady, { timeoutMs: 60_000 }).catch((error: unknown) => {
    child.kill('SIGKILL');
    throw error;
  });
  return {
    url,
    pid: child.pid ?? 0,
    cookie: '',
    end: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
};

export const startDesk: StartSide = (options) => startProgram(options, {});

/** The desk, and the same without what follows the threads behind their messages: the search's index and the figures. */
export const startFollowedDesk: StartSide = (options) => startProgram(options, { timing: {} });
export const startUnfollowedDesk: StartSide = (options) =>
  startProgram(options, { timing: { indexer: { pollMs: NEVER_MS }, figures: { pollMs: NEVER_MS } } });

const NEVER_MS = 24 * 3_600_000;

/** @param timing intervals in place of the usual ones; without it, the program as it is started by its users. */
async function startProgram(
  { community, apiBaseUrl, dataDir, watch }: Parameters<StartSide>[0],
  { timing }: { timing?: DeskTiming },
): Promise<Side> {
  const startedAt = performance.now();
  const env = { DATA_DIR: dataDir, SANDBOX: 'off', VK_API_URL: apiBaseUrl, ...watch.env };
  const desk = await startDeskProcess(
    { ...env, PORT: String(await freePort()), ...(timing && { DESK_TIMING: JSON.stringify(timing) }) },
    watch.nodeArguments,
    timing && hastyDeskFile,
  );
  const atRest = {
    readyMs: Math.round(performance.now() - startedAt),
    memoryMb: await residentMb(desk.pid),
  };
  const password = await firstPassword(dataDir, 'admin@example.com');
  const client = await signIn(desk.url, 'admin@example.com', password);
  await client.call('connectCommunity', {
    body: { network: 'vk', token: community.token, intake: { longPoll: true, webhook: false } },
  });
  await until('the community to be live', async () => {
    const { communities } = await client.call('bootstrap');
    return communities[0]?.connection.state === 'live';
  });
  return {
    url: desk.url,
    pid: desk.pid,
    cookie: client.cookie,
    atRest,
    end: async () => {
      await desk.kill('SIGTERM');
      // What it warned of may explain its figures.
      const warnings = desk
        .output()
        .split('\n')
        .filter((line) => line.startsWith('{'));
      for (const warning of warnings.slice(0, 20)) console.error(`desk: ${warning}`);
    },
  };
}

async function residentMb(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? Number.NaN) / 1024);
}
