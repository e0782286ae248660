/** Posts one notice to a company's system. Follows no redirects, ignores the response body, and never throws. */
import { Agent as HttpAgent, request as httpRequest } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { NoticeProblem } from '../../shared/schemas/apiKey.ts';
import { hostOf, PrivateAddressError, problemOfTarget, publicLookup } from './target.ts';

export interface Posted {
  httpStatus: number | null;
  /** Null after a 2xx response; otherwise a known problem, or the error's code, such as ECONNREFUSED. */
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
            // The body does not matter: do not wait for a long one.
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

/** A code that an administrator can act on; the error's own text may contain addresses. */
function problemOfError(error: Error & { code?: string }): string {
  if (error instanceof PrivateAddressError) return 'noPublicAddress' satisfies NoticeProblem;
  if (error instanceof NoAnswerError) return 'noAnswer' satisfies NoticeProblem;
  return error.code ?? error.name;
}
