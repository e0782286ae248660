/** Builds the gateway's objects and connects them to the networks behind it. */
import type { Logger } from 'pino';
import type { SandboxSettings } from '../../../shared/sandbox.ts';
import type { FaultState } from '../faultState.ts';
import type { MediaLibrary } from '../mediaLibrary.ts';
import type { Messaging } from '../messaging.ts';
import type { OkMessaging } from '../ok/okMessaging.ts';
import type { OkWorld } from '../ok/okWorld.ts';
import { PhoneBook } from '../people.ts';
import type { World } from '../world.ts';
import { Gateway } from './gateway.ts';
import { Ledger } from './ledger.ts';
import { NoticeDelivery } from './noticeDelivery.ts';
import { okPlace, vkPlace } from './places.ts';
import { Registry } from './registry.ts';
import { StatusPosts } from './statusPosts.ts';

export function buildGateway(deps: {
  world: World;
  media: MediaLibrary;
  messaging: Messaging;
  ok: OkWorld;
  okMessaging: OkMessaging;
  faults: FaultState;
  settings: SandboxSettings;
  logger: Logger;
}): Gateway {
  const { world, faults, settings, logger } = deps;
  const registry = new Registry(deps.media);
  const ledger = new Ledger();
  const posts = new StatusPosts({
    faults,
    settings,
    logger,
    secretOf: (service) => registry.services.get(service)?.statusSecret ?? '',
    onFinished: () => world.emit('change', { type: 'gateway' }),
  });
  const delivery = new NoticeDelivery({
    world,
    people: new PhoneBook(world),
    ledger,
    posts,
    places: { VK: vkPlace(world, deps.messaging), OK: okPlace(deps.ok, deps.okMessaging) },
  });
  return new Gateway({ registry, ledger, delivery, posts, settings });
}
