/**
 * The built program as a separate process, as users run it, and a small HTTP client that signs in to it. For tests
 * that kill it and for benchmarks; `startDesk` is the same desk inside the test's process.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CallAnswer, CallInput, Endpoint, EndpointName } from '../../shared/api.ts';
import { endpoints } from '../../shared/api.ts';
import { until } from './until.ts';

/** Long, because starting is slow on a machine busy with other tests, and start time is not measured here. */
const START_MS = 180_000;
const mainFile = new URL('../../dist/server/main.js', import.meta.url).pathname;

export interface DeskProcess {
  url: string;
  pid: number;
  /** Resolves when the process has ended, with its code; null after a signal. */
  ended: Promise<number | null>;
  /** Resolves when the process has ended. */
  kill(signal: NodeJS.Signals): Promise<void>;
  output(): string;
}

/** The same program with the intervals of `DESK_TIMING`. */
export const hastyDeskFile = new URL('hastyDesk.mjs', import.meta.url).pathname;

export async function startDeskProcess(
  env: Record<string, string>,
  nodeArguments: string[] = [],
  file = mainFile,
): Promise<DeskProcess> {
  const url = `http://127.0.0.1:${env.PORT}`;
  const child: ChildProcess = spawn(process.execPath, ['--enable-source-maps', ...nodeArguments, file], {
    env: {
      PATH: process.env.PATH ?? '',
      LOG_LEVEL: 'warn',
      NODE_ENV: 'production',
      STORE_SCANS_FILE: process.env.STORE_SCANS_FILE ?? '',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  child.stdout?.on('data', (chunk) => {
    output += chunk;
  });
  child.stderr?.on('data', (chunk) => {
    output += chunk;
  });
  // After 'exit' its last output may still be under way.
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const isReady = async () => {
    if (child.exitCode !== null) throw new Error(`the desk ended with ${child.exitCode}:\n${output}`);
    return (await fetch(`${url}/readyz`)).ok;
  };
  await until(`the desk at ${url} to be ready`, isReady, { timeoutMs: START_MS }).catch((error: unknown) => {
    child.kill('SIGKILL');
    throw new Error(`The desk did not start:\n${output}`, { cause: error });
  });
  return {
    url,
    pid: child.pid ?? 0,
    output: () => output,
    ended,
    async kill(signal) {
      child.kill(signal);
      await ended;
    },
  };
}

export interface DeskClient {
  cookie: string;
  call<N extends EndpointName>(name: N, input?: Partial<CallInput<N>>): Promise<CallAnswer<N>>;
}

/** The initial password of one of the first people, read from the data folder. */
export async function firstPassword(dataDir: string, email: string): Promise<string> {
  const text = await readFile(join(dataDir, 'first-administrator.txt'), 'utf8');
  const line = text.split('\n').find((candidate) => candidate.startsWith(`${email}\t`));
  const password = line?.split('\t')[1];
  if (!password) throw new Error(`${email} is not in the first people's file`);
  return password;
}

/** A first password that must be changed is changed to this one, so that a later sign-in with it works as well. */
const ownPasswordOf = (password: string) => `${password}-own`;

export async function signIn(url: string, email: string, password: string): Promise<DeskClient> {
  let answer = await postSignIn(url, email, password);
  if (answer.status === 401) answer = await postSignIn(url, email, ownPasswordOf(password));
  if (!answer.ok) throw new Error(`sign-in answered ${answer.status}: ${await answer.text()}`);
  const cookie = answer.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ');
  const client = clientAt(url, cookie);
  const { mustChangePassword } = (await answer.json()) as { mustChangePassword?: boolean };
  if (mustChangePassword)
    await client.call('changeOwnPassword', { body: { current: password, next: ownPasswordOf(password) } });
  return client;
}

const postSignIn = (url: string, email: string, password: string) =>
  fetch(`${url}/api/auth/sign-in/email`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Origin: url },
    body: JSON.stringify({ email, password }),
  });

/** A client with the cookie of an existing sign-in, which is valid at every process over the store. */
export function clientAt(url: string, cookie: string): DeskClient {
  return {
    cookie,
    async call(name, input = {}) {
      const endpoint: Endpoint = endpoints[name];
      const params = (input.params ?? {}) as Record<string, string>;
      const query = new URLSearchParams((input.query ?? {}) as Record<string, string>);
      const path = endpoint.path.replace(/:(\w+)/g, (_, key: string) => params[key] ?? '');
      const response = await fetch(`${url}${path}${query.size > 0 ? `?${query}` : ''}`, {
        method: endpoint.method,
        headers: {
          cookie,
          Origin: url,
          ...(input.body === undefined ? {} : { 'Content-Type': 'application/json' }),
        },
        ...(input.body === undefined ? {} : { body: JSON.stringify(input.body) }),
      });
      const text = await response.text();
      if (!response.ok) throw new Error(`${name} answered ${response.status}: ${text}`);
      return JSON.parse(text);
    },
  };
}
