/** Posts prepared requests, a fixed number at a time over as many connections, and measures how long they took. */
import { Agent, request } from 'node:http';

export interface Request {
  headers: Record<string, string>;
  body: string;
}

export interface Load {
  requests: number;
  seconds: number;
  p50Ms: number;
  p99Ms: number;
}

/** @throws at the first answer that is not a success: measuring refusals would be meaningless. */
export async function sendAll(url: string, requests: readonly Request[], atOnce: number): Promise<Load> {
  const agent = new Agent({ keepAlive: true, maxSockets: atOnce });
  const timesMs: number[] = [];
  let next = 0;
  const worker = async () => {
    for (;;) {
      const each = requests[next++];
      if (!each) return;
      const startedAt = performance.now();
      await post(url, each, agent);
      timesMs.push(performance.now() - startedAt);
    }
  };
  const startedAt = performance.now();
  try {
    await Promise.all(Array.from({ length: atOnce }, worker));
  } finally {
    agent.destroy();
  }
  const seconds = (performance.now() - startedAt) / 1000;
  timesMs.sort((a, b) => a - b);
  const at = (share: number) => Math.round((timesMs[Math.floor(timesMs.length * share)] ?? 0) * 10) / 10;
  return { requests: requests.length, seconds, p50Ms: at(0.5), p99Ms: at(0.99) };
}

function post(url: string, { headers, body }: Request, agent: Agent): Promise<void> {
  return new Promise((resolve, reject) => {
    const asked = request(
      url,
      { method: 'POST', agent, headers: { ...headers, 'content-length': Buffer.byteLength(body) } },
      (answer) => {
        let text = '';
        answer.setEncoding('utf8');
        answer.on('data', (part) => {
          text += part;
        });
        answer.on('end', () => {
          const { statusCode = 0 } = answer;
          if (statusCode >= 200 && statusCode < 300) resolve();
          else reject(new Error(`${url} answered ${statusCode}: ${text.slice(0, 500)}`));
        });
        answer.on('error', reject);
      },
    );
    asked.on('error', reject);
    asked.end(body);
  });
}
