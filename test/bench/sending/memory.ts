/** Samples a process's memory many times a second while work goes on. */
import { readFile } from 'node:fs/promises';

export interface Sampled {
  samples: number;
  /** All resident memory, with cached pages of the embedded store's file, which the system reclaims when needed. */
  rss: Fifths;
  /** The process's own memory, with garbage that is not collected yet. */
  own: Fifths;
}

/** Means in MB, and the highest sample. */
export interface Fifths {
  firstFifthMb: number;
  lastFifthMb: number;
  peakMb: number;
}

const EVERY_MS = 50;

export function sampleMemory(pid: number): { end(): Promise<Sampled> } {
  const rss: number[] = [];
  const own: number[] = [];
  let isOver = false;
  const sampling = (async () => {
    while (!isOver) {
      const status = await readFile(`/proc/${pid}/status`, 'utf8');
      rss.push(kilobytes(status, 'VmRSS'));
      own.push(kilobytes(status, 'RssAnon'));
      await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
    }
  })();
  return {
    async end() {
      isOver = true;
      await sampling;
      return { samples: rss.length, rss: fifthsOf(rss), own: fifthsOf(own) };
    },
  };
}

function kilobytes(status: string, name: string): number {
  const [, value] = new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status) ?? [];
  if (value === undefined) throw new Error(`This system does not report ${name} of a process`);
  return Number(value);
}

function fifthsOf(kilobytesSeen: number[]): Fifths {
  const fifth = Math.max(1, Math.floor(kilobytesSeen.length / 5));
  const meanMb = (some: number[]) =>
    Math.round(some.reduce((sum, each) => sum + each, 0) / some.length / 1024);
  return {
    firstFifthMb: meanMb(kilobytesSeen.slice(0, fifth)),
    lastFifthMb: meanMb(kilobytesSeen.slice(-fifth)),
    peakMb: Math.round(Math.max(...kilobytesSeen) / 1024),
  };
}
