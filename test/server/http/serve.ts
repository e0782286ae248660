/** The real app on a free port, with a fixed person in place of a session: HTTP without any domain. */
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { SignedInPerson } from '../../../server/auth/signedIn.ts';
import { type AppDeps, createApp } from '../../../server/http/app.ts';
import { type EndpointRouter, endpointRouter } from '../../../server/http/endpointRouter.ts';
import { createLogger } from '../../../server/observability/logger.ts';
import { createMetrics, type Metrics } from '../../../server/observability/metrics.ts';
import type { Role } from '../../../shared/schemas/person.ts';

export interface Served extends AsyncDisposable {
  url: string;
  endpoints: EndpointRouter;
  metrics: Metrics;
  logLines: string[];
}

/** The header `x-test-role` sets the role of the signed-in person; without it there is no session. */
export async function serve(deps: Partial<AppDeps> & { isAnswerStrict?: boolean } = {}): Promise<Served> {
  const logLines: string[] = [];
  const logger = createLogger('warn', { write: (line) => logLines.push(line) });
  const metrics = createMetrics({ withProcess: false });
  const endpoints = endpointRouter({
    logger,
    isAnswerStrict: deps.isAnswerStrict ?? true,
    currentPerson: async (headers) => {
      const person = personOf(headers);
      return (
        person && {
          person,
          sessionId: '1',
          expiresAt: new Date(Date.now() + 1000),
          mustChangePassword: false,
        }
      );
    },
  });
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  server.on(
    'request',
    createApp({
      logger,
      metrics,
      publicUrl: deps.publicUrl ?? url,
      trustProxy: deps.trustProxy ?? null,
      openRouters: deps.openRouters ?? [],
      routers: [...(deps.routers ?? []), endpoints.router],
      webDir: deps.webDir ?? null,
    }),
  );
  return {
    url,
    endpoints,
    metrics,
    logLines,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function personOf(headers: IncomingHttpHeaders): SignedInPerson | null {
  const role = headers['x-test-role'] as Role | undefined;
  if (!role) return null;
  const id = 'e'.repeat(24);
  return {
    id,
    name: 'T',
    email: 't@example.com',
    avatarUrl: null,
    role,
    communityIds: null,
    isActive: true,
    marksRead: true,
  };
}
