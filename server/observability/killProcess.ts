/** Log lines are written a moment after they are logged, by Node's own threads. */
const LOG_WRITTEN_MS = 200;

/**
 * Ends this process though one of its threads hangs, when the last lines of the log are written. `process.exit` would
 * wait for the thread.
 */
export function killProcess(): void {
  setTimeout(() => process.kill(process.pid, 'SIGKILL'), LOG_WRITTEN_MS);
}
