/**
 * Runs the tests of what is stored against a server that others wrote: `node scripts/foreignServer.mjs`.
 *
 * With MONGODB_URI it is the server that the variable names. Without it, SecantusDB is installed once into a cache folder,
 * for tests alone, and started on loopback with a fresh folder; its known faults are in `test/foreign/faults.ts`. Where
 * Python or its packages cannot be had, one line says so, and the run ends well.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { binOf, endAll, start } from './steps.mjs';

const VERSION = '0.7.0b3';
const INSTALL_MS = 240_000;
const START_MS = 60_000;
const TESTS_MS = Number(process.env.FOREIGN_TESTS_MS ?? 600_000);
const STOP_MS = 10_000;

/** Nothing to test with; not a failure. */
class NotHere extends Error {}

const cacheDir = join(
  process.env.XDG_CACHE_HOME || join(homedir(), '.cache'),
  'notify-inbox',
  `secantusdb-${VERSION}`,
);

function findPython() {
  const test = 'import sys, venv; sys.exit(0 if sys.version_info >= (3, 10) else 1)';
  const found = ['python3', 'python'].find((name) => {
    const { status } = spawnSync(name, ['-c', test], { stdio: 'ignore', timeout: 20_000 });
    return status === 0;
  });
  if (!found) throw new NotHere('there is no Python 3.10 or later');
  return found;
}

/** A venv without its mark was left half made. */
function install() {
  const mark = join(cacheDir, 'installed');
  const bin = join(cacheDir, process.platform === 'win32' ? 'Scripts' : 'bin');
  if (existsSync(mark)) return bin;
  const python = findPython();
  rmSync(cacheDir, { recursive: true, force: true });
  mkdirSync(cacheDir, { recursive: true });
  run(python, ['-m', 'venv', cacheDir]);
  const options = [
    '--no-input',
    '--disable-pip-version-check',
    '--quiet',
    '--retries',
    '1',
    '--timeout',
    '20',
  ];
  run(join(bin, 'pip'), ['install', ...options, '--pre', `SecantusDB==${VERSION}`]);
  writeFileSync(mark, '');
  return bin;
}

function run(program, args) {
  const { status, error, stderr } = spawnSync(program, args, { encoding: 'utf8', timeout: INSTALL_MS });
  if (status === 0) return;
  const [reason] = (error?.message ?? stderr ?? '').trim().split('\n').slice(-1);
  throw new NotHere(`it could not be installed: ${reason || `${program} ended with ${status}`}`);
}

async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function isListening(port) {
  const socket = connect({ host: '127.0.0.1', port });
  try {
    return await new Promise((resolve) => {
      socket.once('connect', () => resolve(true));
      socket.once('error', () => resolve(false));
    });
  } finally {
    socket.destroy();
  }
}

async function startServer(bin) {
  const folder = mkdtempSync(join(tmpdir(), 'notify-inbox-foreign-'));
  const port = await freePort();
  const logPath = join(folder, 'server.log');
  const log = openSync(logPath, 'a');
  const args = ['--host', '127.0.0.1', '--port', String(port), '--storage-path', join(folder, 'data')];
  const child = spawn(
    join(bin, 'secantusd-py'),
    [...args, '--enable-test-commands', '--log-level', 'ERROR'],
    {
      cwd: folder,
      stdio: ['ignore', log, log],
    },
  );
  const ended = new Promise((resolve) => {
    child.once('exit', resolve);
    child.once('error', resolve);
  });
  // However this script ends, the server does not outlive it.
  process.once('exit', () => child.kill('SIGKILL'));
  const server = {
    // After a fail point the driver looks again in half a second, not in ten.
    uri: `mongodb://127.0.0.1:${port}/?directConnection=true&heartbeatFrequencyMS=500`,
    hasEnded: () => child.exitCode !== null || child.signalCode !== null,
    async stop() {
      child.kill('SIGTERM');
      const late = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
      if (!server.hasEnded()) await ended;
      clearTimeout(late);
      rmSync(folder, { recursive: true, force: true });
    },
  };
  const deadlineMs = Date.now() + START_MS;
  while (!(await isListening(port))) {
    if (server.hasEnded() || Date.now() > deadlineMs) {
      const output = readFileSync(logPath, 'utf8').trim();
      await server.stop();
      throw new Error(`SecantusDB ${VERSION} did not start:\n${output}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return server;
}

/** The exit code of vitest; 124 when it did not end in time. Some tests start the built program. */
async function runTests(uri, env = {}) {
  const built = await start(process.execPath, ['scripts/ensureBuilt.mjs']).done;
  if (built !== 0) return built;
  const args = [
    binOf('vitest'),
    'run',
    '--config',
    'test/foreign/vitest.config.ts',
    ...process.argv.slice(2),
  ];
  const { child, done } = start(process.execPath, args, { env: { MONGODB_URI: uri, ...env } });
  let isLate = false;
  const late = setTimeout(() => {
    isLate = true;
    console.error(`The tests on the foreign server did not end within ${TESTS_MS / 1000} s.`);
    endAll('SIGTERM');
    setTimeout(() => child.kill('SIGKILL'), STOP_MS).unref();
  }, TESTS_MS);
  const exitCode = await done;
  clearTimeout(late);
  return isLate ? 124 : exitCode;
}

async function main() {
  const given = process.env.MONGODB_URI;
  if (given) return runTests(given);
  const server = await startServer(install());
  try {
    return await runTests(server.uri, { FOREIGN_FAULTS: '1' });
  } finally {
    await server.stop();
  }
}

const startedAtMs = Date.now();
try {
  const exitCode = await main();
  const seconds = Math.round((Date.now() - startedAtMs) / 1000);
  console.log(`The tests on a foreign server ${exitCode === 0 ? 'passed' : 'failed'} in ${seconds} s.`);
  process.exit(exitCode);
} catch (error) {
  if (!(error instanceof NotHere)) {
    console.error(error instanceof Error ? error.message : String(error));
    process.exit(1);
  }
  console.log(`The tests on a foreign server were left out: ${error.message}.`);
  process.exit(0);
}
