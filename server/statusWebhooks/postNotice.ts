/** One post to a company's system. It follows no redirects, reads no answer beyond its status, and never throws. */
import { Agent as HttpAgent, request as httpRequest } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { NoticeProblem } from '../../shared/schemas/apiKey.ts';
import { hostOf, PrivateAddressError, problemOfTarget, publicLookup } from './target.ts';

export interface Posted {
  httpStatus: number | null;
  /** Null when it was answered with 2xx; else one that the desk knows, or a system's own code. */
  problem: NoticeProblem | (string & {}) | null;
}

export interface NoticePoster {
  post(url: string, headers: Record<string, string>, body: string): Promise<Posted>;
  close(): void;
}

const IDLE_SOCKET_MS = 15_000;
const SOCKETS_PER_HOST = 16;

export function createNoticePoster({
  allowsPrivate,
  timeoutMs,
  lookup = publicLookup(),
}: {
  allowsPrivate: boolean;
  timeoutMs: number;
  lookup?: ReturnType<typeof publicLookup>;
}): NoticePoster {
  const options = {
    keepAlive: true,
    timeout: IDLE_SOCKET_MS,
    maxSockets: SOCKETS_PER_HOST,
    ...(allowsPrivate ? {} : { lookup }),
  };
  const https = new HttpsAgent(options);
  const http = new HttpAgent(options);

  return {
    post(text, headers, body) {
      const problem = problemOfTarget(text, { allowsPrivate });
      if (problem) return Promise.resolve({ httpStatus: null, problem: problem.code });
      const url = new URL(text);
      const isHttps = url.protocol === 'https:';
      return new Promise((resolve) => {
        const request = (isHttps ? httpsRequest : httpRequest)(
          {
            method: 'POST',
            host: hostOf(url),
            port: url.port || (isHttps ? 443 : 80),
            path: `${url.pathname}${url.search}`,
            agent: isHttps ? https : http,
            headers: { ...headers, host: url.host, 'content-length': Buffer.byteLength(body) },
          },
          (answer) => {
            const httpStatus = answer.statusCode ?? 0;
            finish({ httpStatus, problem: problemOfStatus(httpStatus) });
            // What it says does not matter; a long answer is not waited for.
            answer.once('data', () => answer.destroy());
            answer.on('error', () => undefined);
            answer.resume();
          },
        );
        const timer = setTimeout(() => request.destroy(new NoAnswerError()), timeoutMs);
        const finish = (posted: Posted) => {
          clearTimeout(timer);
          resolve(posted);
        };
        request.on('error', (error) => finish({ httpStatus: null, problem: problemOfError(error) }));
        request.end(body);
      });
    },
    close() {
      https.destroy();
      http.destroy();
    },
  };
}

class NoAnswerError extends Error {
  override readonly name = 'NoAnswerError';
}

function problemOfStatus(status: number): NoticeProblem | null {
  if (status >= 200 && status < 300) return null;
  return status >= 300 && status < 400 ? 'redirects' : 'answered';
}

/** Names what an administrator can mend; the raw text of a system's error may hold addresses. */
function problemOfError(error: Error & { code?: string }): string {
  if (error instanceof PrivateAddressError) return 'noPublicAddress' satisfies NoticeProblem;
  if (error instanceof NoAnswerError) return 'noAnswer' satisfies NoticeProblem;
  return error.code ?? error.name;
}
