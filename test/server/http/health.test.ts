import { expect, it } from 'vitest';
import { healthRoutes } from '../../../server/http/health.route.ts';
import { createMetrics } from '../../../server/observability/metrics.ts';
import { serve } from './serve.ts';

const metrics = createMetrics({ withProcess: false });
const well = { metrics, metricsToken: null, pingStore: async () => 1, startedRoles: () => ({ web: true }) };

it('is alive even without the store, and ready only when the store answers and every role runs', async () => {
  const cases = [
    { parts: well, status: 200, body: { ok: true, store: true, roles: { web: true } } },
    {
      parts: { ...well, pingStore: () => Promise.reject(new Error('away')) },
      status: 503,
      body: { ok: false, store: false },
    },
    {
      parts: { ...well, pingStore: () => new Promise(() => {}) },
      status: 503,
      body: { ok: false, store: false },
    },
    {
      parts: { ...well, startedRoles: () => ({ web: true, sender: false }) },
      status: 503,
      body: { ok: false, store: true },
    },
  ];
  for (const { parts: deps, status, body } of cases) {
    await using served = await serve({ openRouters: [healthRoutes(deps)] });
    expect((await fetch(`${served.url}/healthz`)).status).toBe(200);
    const ready = await fetch(`${served.url}/readyz`);
    expect(ready.status).toBe(status);
    expect(await ready.json()).toMatchObject(body);
  }
});

it.each([
  [0, { clock: true }],
  [-4_900, { clock: true }],
  [86_400_000, { clock: false, clockAheadSeconds: 86_400 }],
  [-15_000, { clock: false, clockAheadSeconds: -15 }],
])(
  'stays ready with a clock that is %i ms ahead, and says when it is off by more than 5 s',
  async (aheadMs, told) => {
    await using served = await serve({
      openRouters: [healthRoutes({ ...well, clockAheadMs: () => aheadMs })],
    });
    const ready = await fetch(`${served.url}/readyz`);
    expect(ready.status).toBe(200);
    expect(await ready.json()).toEqual({ ok: true, store: true, roles: { web: true }, ...told });
  },
);

it('shows its metrics to this machine, or to a caller with the token', async () => {
  await using open = await serve({ openRouters: [healthRoutes(well)] });
  const local = await fetch(`${open.url}/metrics`);
  expect(local.status).toBe(200);
  expect(await local.text()).toContain('desk_http_request_seconds');
  for (const name of ['x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto', 'forwarded']) {
    const forwarded = await fetch(`${open.url}/metrics`, { headers: { [name]: 'for=203.0.113.1' } });
    expect(forwarded.status, name).toBe(403);
  }

  await using closed = await serve({
    openRouters: [healthRoutes({ ...well, metricsToken: 'a token for metrics' })],
  });
  const ask = (authorization: string) => fetch(`${closed.url}/metrics`, { headers: { authorization } });
  expect((await fetch(`${closed.url}/metrics`)).status).toBe(403);
  expect((await ask('Bearer a token for metricZ')).status).toBe(403);
  expect((await ask('Bearer a token for metrics')).status).toBe(200);
});
