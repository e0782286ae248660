/** CPU time of a desk's threads: on a busy machine it shows a change more clearly than the rate does. */
import { readdir, readFile } from 'node:fs/promises';

/** Per message or status, ms. */
export interface CpuReport {
  mainMs: number;
  /** The busiest thread except the main one. */
  storeMs: number;
  /** All other threads: garbage collection, files, ciphers. */
  othersMs: number;
}

export interface CpuTimes {
  main: number;
  /** By thread id. */
  beside: Map<string, number>;
}

/** The kernel counts in hundredths of a second. */
const TICK_MS = 10;

export async function cpuTimesOf(pid: number): Promise<CpuTimes> {
  const times: CpuTimes = { main: 0, beside: new Map() };
  for (const thread of await readdir(`/proc/${pid}/task`)) {
    const stat = await readFile(`/proc/${pid}/task/${thread}/stat`, 'utf8').catch(() => null);
    if (stat === null) continue;
    // After the name in brackets: user and system time are the 12th and the 13th.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const ms = (Number(fields[11]) + Number(fields[12])) * TICK_MS;
    if (thread === String(pid)) times.main = ms;
    else times.beside.set(thread, ms);
  }
  return times;
}

export function cpuBetween(before: CpuTimes, after: CpuTimes, count: number): CpuReport {
  const spent = [...after.beside].map(([thread, ms]) => ms - (before.beside.get(thread) ?? 0));
  const storeMs = Math.max(0, ...spent);
  const each = (ms: number) => Math.round((ms / count) * 1000) / 1000;
  return {
    mainMs: each(after.main - before.main),
    storeMs: each(storeMs),
    othersMs: each(spent.reduce((sum, ms) => sum + ms, 0) - storeMs),
  };
}
