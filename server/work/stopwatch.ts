/**
 * Starts a stopwatch: the returned function tells how many milliseconds have passed at most. It asks two clocks and
 * takes the longer answer: the monotonic one stands still while the machine is suspended, the other may be set back.
 */
export function startStopwatch(): () => number {
  const started = { steadyMs: performance.now(), wallMs: Date.now() };
  return () => Math.max(performance.now() - started.steadyMs, Date.now() - started.wallMs);
}
