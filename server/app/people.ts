/** People and sign-in, the first people of a new desk, and what other processes' news make this one forget. */
import { type FirstPeople, firstPeople } from '../auth/firstPeople.ts';
import { type Auth, openAuth } from '../auth/openAuth.ts';
import type { Announcer } from '../realtime/announcer.ts';
import type { Endings } from '../realtime/endings.ts';
import type { Ground } from './ground.ts';

export interface PeopleParts {
  publicUrl: string;
  announcer: Announcer;
  endings: Endings;
  withSamples: boolean;
}

export async function openPeople(
  { config, store, authSecret, logger, metrics }: Ground,
  { publicUrl, announcer, endings, withSamples }: PeopleParts,
): Promise<{ auth: Auth; first: FirstPeople }> {
  const auth = await openAuth({
    connection: store.connection,
    publicUrl,
    authSecret,
    logger,
    metrics,
    announce: announcer.announce,
    onEnded: endings.end,
  });
  endings.onRelayed(auth.forget);
  announcer.onRelayed((change) => {
    if (change.type === 'person.changed') auth.forget({ kind: 'person', personId: change.person.id });
  });
  const first = await firstPeople({
    db: store.db,
    people: auth.people,
    dataDir: config.dataDir,
    withSamples,
  });
  return { auth, first };
}
