/**
 * People and sign-in, the first people of a new desk, and what this process drops from its cache when another one
 * changes it.
 */
import { createAudit } from '../audit/audit.ts';
import { createAuditIntents } from '../audit/intents.ts';
import { type FirstPeople, firstPeople } from '../auth/firstPeople.ts';
import { type Auth, openAuth } from '../auth/openAuth.ts';
import { createSignInAudit, type SignInAudit } from '../http/signInAudit.ts';
import type { Broadcaster } from '../realtime/broadcaster.ts';
import type { SessionRevocation } from '../realtime/sessionRevocation.ts';
import type { AppContext } from './context.ts';

export interface PeopleDeps {
  publicUrl: string;
  broadcaster: Broadcaster;
  sessionRevocation: SessionRevocation;
  withSamples: boolean;
}

export async function openPeople(
  { config, store, authSecret, timing, logger, metrics }: AppContext,
  { publicUrl, broadcaster, sessionRevocation, withSamples }: PeopleDeps,
): Promise<{ auth: Auth; first: FirstPeople; signInAudit: SignInAudit }> {
  const audit = createAudit(store.auditLines);
  const signInAudit = createSignInAudit(store.companyId, audit, createAuditIntents({ ...store, audit }));
  const auth = await openAuth({
    connection: store.connection,
    publicUrl,
    authSecret,
    passwordHashing: timing.passwordHashing,
    beforeSession: signInAudit.begin,
    logger,
    metrics,
    publish: broadcaster.publish,
    onRevoked: sessionRevocation.revoke,
  });
  sessionRevocation.onRelayed(auth.forget);
  broadcaster.onRelayed((change) => {
    if (change.type === 'person.changed') auth.forget({ kind: 'person', personId: change.person.id });
  });
  const first = await firstPeople({
    db: store.db,
    people: auth.people,
    dataDir: config.dataDir,
    withSamples,
  });
  return { auth, first, signInAudit };
}
