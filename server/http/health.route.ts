/**
 * Endpoints for machines: is the process alive, can it serve, and its metrics. Answers name parts, never addresses or
 * people.
 */
import { timingSafeEqual } from 'node:crypto';
import { type Request, Router } from 'express';
import type { Metrics } from '../observability/metrics.ts';
import { ownClockAheadMs } from '../work/clock.ts';
import { DeskError } from './errors.ts';
import { isFromThisMachine } from './v1/transport.ts';

const PING_WAIT_MS = 1_000;
/** A clock that is off by more is told; the desk works on by the database's time. */
const CLOCK_OFF_MS = 5_000;

export interface HealthDeps {
  metrics: Metrics;
  metricsToken: string | null;
  /** Updates the metrics that are counted only when `/metrics` is read. */
  refreshStats?: () => Promise<unknown>;
  /** Resolves when the store answers. */
  pingStore: () => Promise<unknown>;
  /** The roles that this process runs, and whether each has started. */
  startedRoles: () => Record<string, boolean>;
  /** How far the clock of this machine is ahead of the database's; negative when it is behind. */
  clockAheadMs?: () => number;
}

export function healthRoutes(deps: HealthDeps): Router {
  const { metrics, metricsToken, pingStore, startedRoles, refreshStats = async () => undefined } = deps;
  const { clockAheadMs = ownClockAheadMs } = deps;
  const router = Router();

  router.get('/healthz', (_req, res) => {
    res.setHeader('Cache-Control', 'no-store').json({ ok: true });
  });

  router.get('/readyz', async (_req, res) => {
    const store = await answersInTime(pingStore, PING_WAIT_MS);
    const roles = startedRoles();
    const isReady = store && Object.values(roles).every(Boolean);
    const aheadMs = clockAheadMs();
    const clock = Math.abs(aheadMs) <= CLOCK_OFF_MS;
    res
      .status(isReady ? 200 : 503)
      .setHeader('Cache-Control', 'no-store')
      .json({
        ok: isReady,
        store,
        roles,
        clock,
        ...(!clock && { clockAheadSeconds: Math.round(aheadMs / 1000) }),
      });
  });

  router.get('/metrics', async (req, res) => {
    if (!mayReadMetrics(req, metricsToken))
      throw new DeskError('forbidden', { message: 'Metrics require a token' });
    // A store that is away must not delay the other metrics.
    await answersInTime(refreshStats, PING_WAIT_MS);
    res.setHeader('Content-Type', metrics.registry.contentType).send(await metrics.registry.metrics());
  });

  return router;
}

async function answersInTime(ask: () => Promise<unknown>, waitMs: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), waitMs);
  });
  const answered = Promise.resolve()
    .then(ask)
    .then(
      () => true,
      () => false,
    );
  try {
    return await Promise.race([answered, tooLate]);
  } finally {
    clearTimeout(timer);
  }
}

/** Without a token only this machine may read, and not a caller that a proxy on this machine forwarded. */
function mayReadMetrics(req: Request, token: string | null): boolean {
  if (token === null) return isFromThisMachine(req);
  const given = Buffer.from(req.get('authorization') ?? '');
  const wanted = Buffer.from(`Bearer ${token}`);
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}
