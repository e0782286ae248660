/**
 * A file of this folder as a process of its own, which does what it is asked over the process's channel. Typed arrays
 * arrive as such.
 */
import { type ChildProcess, spawn } from 'node:child_process';

interface Asked {
  id: number;
  kind: string;
  input: unknown;
}
interface Answered {
  id: number;
  output?: unknown;
  error?: string;
}
// biome-ignore lint/suspicious/noExplicitAny: each kind has an input of its own.
type Handlers = Record<string, (input: any) => unknown>;

export interface OwnProcess<H extends Handlers> {
  pid: number;
  ask<K extends keyof H & string>(kind: K, ...input: Parameters<H[K]>): Promise<Awaited<ReturnType<H[K]>>>;
  /** Resolves when the process has ended. */
  end(): Promise<void>;
}

/** Node's arguments for a TypeScript file. */
export const typeScriptArguments = ['--import', import.meta.resolve('tsx')];

export function startOwnProcess<H extends Handlers>(fileName: string): OwnProcess<H> {
  const child: ChildProcess = spawn(
    process.execPath,
    [...typeScriptArguments, new URL(fileName, import.meta.url).pathname],
    { stdio: ['ignore', 'inherit', 'inherit', 'ipc'], serialization: 'advanced' },
  );
  const waiting = new Map<number, { resolve(output: never): void; reject(error: Error): void }>();
  let lastId = 0;
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.on('message', ({ id, output, error }: Answered) => {
    const one = waiting.get(id);
    waiting.delete(id);
    if (error === undefined) one?.resolve(output as never);
    else one?.reject(new Error(`${fileName}: ${error}`));
  });
  child.once('exit', (code, signal) => {
    for (const { reject } of waiting.values())
      reject(new Error(`${fileName} ended with ${code ?? signal} before it answered`));
    waiting.clear();
  });
  return {
    pid: child.pid ?? 0,
    ask: (kind, input?: unknown) =>
      new Promise((resolve, reject) => {
        lastId += 1;
        waiting.set(lastId, { resolve, reject });
        child.send({ id: lastId, kind, input } satisfies Asked);
      }),
    async end() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

/** In the process itself: answers each question by its handler, and ends with the process that asks. */
export function answerQuestions(handlers: Handlers): void {
  process.on('message', async ({ id, kind, input }: Asked) => {
    const answer = (answered: Omit<Answered, 'id'>) => process.send?.({ id, ...answered });
    try {
      answer({ output: await handlers[kind]?.(input) });
    } catch (error) {
      answer({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
    }
  });
  process.once('disconnect', () => process.exit());
}
