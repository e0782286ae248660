/**
 * Runs other programs for the project's scripts: prints their output, passes signals on to them, and ends the script
 * with the step's name when a step fails.
 */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const rootDir = dirname(dirname(fileURLToPath(import.meta.url)));
const require = createRequire(join(rootDir, 'package.json'));
const running = new Set();

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => {
    for (const child of running) child.kill(signal);
    if (running.size === 0) process.exit(128 + constants.signals[signal]);
    process.exitCode = 128 + constants.signals[signal];
  });
}

/** Starts a program in the project's folder; `done` resolves with its exit code. */
export function start(program, args, { env = {} } = {}) {
  const child = spawn(program, args, { cwd: rootDir, stdio: 'inherit', env: { ...process.env, ...env } });
  running.add(child);
  const done = new Promise((resolve) => {
    child.once('error', (error) => {
      running.delete(child);
      console.error(`${program} could not be started: ${error.message}`);
      resolve(127);
    });
    child.once('exit', (code, signal) => {
      running.delete(child);
      resolve(code ?? 128 + (constants.signals[signal] ?? 0));
    });
  });
  return { child, done };
}

/** Ends every program started here that is still running. */
export function endAll(signal = 'SIGTERM') {
  for (const child of running) child.kill(signal);
}

/** The JavaScript file of an installed package's command, so that it runs without a shell on any system. */
export function binOf(packageName, command = packageName) {
  // Found by its path: a package may forbid resolving its manifest.
  const manifestPath = require.resolve
    .paths(packageName)
    .map((folder) => join(folder, packageName, 'package.json'))
    .find((path) => existsSync(path));
  if (!manifestPath) throw new Error(`The package ${packageName} is not installed; run: npm ci`);
  const { bin } = JSON.parse(readFileSync(manifestPath, 'utf8'));
  return join(dirname(manifestPath), typeof bin === 'string' ? bin : bin[command]);
}

/** Runs a package's command until it ends. */
export function runBin(packageName, args, options = {}) {
  return start(process.execPath, [binOf(packageName, options.command), ...args], options).done;
}

/** Ends the script when a step failed. */
export function succeedOrExit(stepName, exitCode) {
  if (exitCode === 0) return;
  console.error(`\n${stepName} failed (exit code ${exitCode}).`);
  process.exit(exitCode);
}
