import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';

const scripts = new URL('../../scripts/', import.meta.url);
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'notify-inbox-scripts-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Runs a program with Node; `onOutput` gets all its output so far. */
function run(args: string[], onOutput?: (output: string, kill: (signal: NodeJS.Signals) => void) => void) {
  return new Promise<{ exitCode: number | null; output: string }>((resolve) => {
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const listen = (chunk: Buffer) => {
      output += chunk;
      onOutput?.(output, (signal) => child.kill(signal));
    };
    child.stdout.on('data', listen);
    child.stderr.on('data', listen);
    child.once('close', (exitCode) => resolve({ exitCode, output }));
  });
}

async function programWith(name: string, body: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(
    path,
    `import { start, succeedOrExit } from '${new URL('steps.mjs', scripts).href}';\n${body}`,
  );
  return path;
}

it('ends with the exit code of the failed step, and names the step', async () => {
  const program = await programWith(
    'failing.mjs',
    `succeedOrExit('the step', await start(process.execPath, ['-e', 'process.exit(3)']).done);`,
  );
  expect(await run([program])).toMatchObject({
    exitCode: 3,
    output: expect.stringContaining('the step failed'),
  });
});

it('reports a program that cannot be started', async () => {
  const program = await programWith(
    'absent.mjs',
    `succeedOrExit('it', await start('no-such-program-here', []).done);`,
  );
  expect(await run([program])).toMatchObject({
    exitCode: 127,
    output: expect.stringContaining('no-such-program-here'),
  });
});

it('passes a signal on to its programs, and waits until they end', async () => {
  const child = `process.on('SIGTERM', () => { console.log('ended well'); process.exit(0) });
    setInterval(() => {}, 1000); console.log('running')`;
  const program = await programWith(
    'signalled.mjs',
    `await start(process.execPath, ['-e', ${JSON.stringify(child)}]).done;`,
  );
  let isKilled = false;
  const ended = await run([program], (output, kill) => {
    if (isKilled || !output.includes('running')) return;
    isKilled = true;
    kill('SIGTERM');
  });
  expect(ended).toEqual({ exitCode: 143, output: 'running\nended well\n' });
});

it('lists the benchmarks when no name is given, and refuses an unknown name', async () => {
  const bench = new URL('bench.mjs', scripts).pathname;
  expect(await run([bench])).toMatchObject({ exitCode: 0, output: expect.stringContaining('store') });
  expect(await run([bench, 'nothing'])).toMatchObject({
    exitCode: 1,
    output: expect.stringContaining('no benchmark "nothing"'),
  });
});
