/** Builds the objects of Odnoklassniki and connects them. */
import type { Router } from 'express';
import type { Logger } from 'pino';
import type { SandboxSettings } from '../../../shared/sandbox.ts';
import type { FaultState } from '../faultState.ts';
import type { MediaLibrary } from '../mediaLibrary.ts';
import type { Views } from '../messageView.ts';
import type { World } from '../world.ts';
import { okRoutes } from './ok.route.ts';
import { OkMessaging } from './okMessaging.ts';
import { OkViews } from './okViews.ts';
import { OkWebhooks } from './okWebhooks.ts';
import { type OkGroup, OkWorld } from './okWorld.ts';

export interface Odnoklassniki {
  ok: OkWorld;
  okMessaging: OkMessaging;
  okWebhooks: OkWebhooks;
  okCalls: ReadonlyMap<string, ReadonlyMap<string, number>>;
  routes: Router;
}

export function buildOk(deps: {
  world: World;
  views: Views;
  media: MediaLibrary;
  faults: FaultState;
  settings: SandboxSettings;
  logger: Logger;
  baseUrl: () => string;
}): Odnoklassniki {
  const { world, media, faults, settings, logger, baseUrl } = deps;
  const ok = new OkWorld();
  const views = new OkViews(world, (value) => deps.views.withAddresses(value));
  const okWebhooks = new OkWebhooks({
    faults,
    settings,
    logger,
    onFinished: () => world.emit('change', { type: 'gateway' }),
  });
  const okMessaging = new OkMessaging({ world, ok, views, webhooks: okWebhooks });
  const okCalls = new Map<string, Map<string, number>>();
  const onCall = ({ okGroupId }: OkGroup, name: string) => {
    const calls = okCalls.get(okGroupId) ?? new Map<string, number>();
    okCalls.set(okGroupId, calls.set(name, (calls.get(name) ?? 0) + 1));
  };
  const routes = okRoutes({ ok, messaging: okMessaging, views, media, faults, baseUrl, onCall });
  return { ok, okMessaging, okWebhooks, okCalls, routes };
}
