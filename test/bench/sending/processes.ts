/** Starts a file of this folder as a separate process that listens on its own port until it is ended. */
import { spawn } from 'node:child_process';
import { freePort } from '../../support/freePort.ts';
import { until } from '../../support/until.ts';

export interface OwnProcess {
  url: string;
  /** Posts JSON and returns the JSON of the answer. */
  ask<T>(path: string, body?: unknown): Promise<T>;
  end(): void;
}

export async function startOwn(fileName: string, env: Record<string, string> = {}): Promise<OwnProcess> {
  const port = await freePort();
  const child = spawn('npx', ['tsx', new URL(fileName, import.meta.url).pathname], {
    env: { ...process.env, PORT: String(port), ...env },
    stdio: ['ignore', 'inherit', 'inherit'],
    detached: true,
  });
  const url = `http://127.0.0.1:${port}`;
  await until(`${fileName} to listen`, async () => (await fetch(url)).ok, { timeoutMs: 60_000 });
  return {
    url,
    async ask(path, body = {}) {
      const answer = await fetch(`${url}${path}`, { method: 'POST', body: JSON.stringify(body) });
      if (!answer.ok) throw new Error(`${fileName} answered ${answer.status}: ${await answer.text()}`);
      return (await answer.json()) as never;
    },
    end() {
      if (child.pid) process.kill(-child.pid, 'SIGKILL');
    },
  };
}

export async function readBody(req: AsyncIterable<Buffer>): Promise<unknown> {
  const parts: Buffer[] = [];
  for await (const part of req) parts.push(part);
  return parts.length === 0 ? null : JSON.parse(Buffer.concat(parts).toString('utf8'));
}
