/** People over HTTP: the list for administrators, and what each person may change of their own account. */
import type { Auth } from '../auth/openAuth.ts';
import type { Changed, PersonPatch } from '../auth/people.ts';
import { toPersonAccount } from '../auth/personDocument.ts';
import type { SignedInPerson } from '../auth/signedIn.ts';
import type { AuditedChange } from './auditedChange.ts';
import type { EndpointRouter } from './endpointRouter.ts';
import { DeskError } from './errors.ts';
import { auditPersonChange, communitiesOf, personSubject, plannedPersonLines } from './personAudit.ts';

export interface PeopleRouteDeps extends Pick<Auth, 'people' | 'ownAccount' | 'limits'> {
  auditedChange: AuditedChange;
}

export function peopleRoutes(endpoints: EndpointRouter, deps: PeopleRouteDeps): void {
  const { people, ownAccount, auditedChange } = deps;

  async function change(
    actor: SignedInPerson,
    personId: string,
    patch: PersonPatch,
  ): Promise<SignedInPerson> {
    const about = await people.readPerson(personId);
    if (!about) throw refusal({ kind: 'notFound' });
    return auditedChange(plannedPersonLines(actor, about, patch), async (write) => {
      const mustChangePassword = actor.id !== personId;
      const changed = await people.changePerson(personId, patch, { mustChangePassword });
      if (changed.kind !== 'changed') throw refusal(changed);
      await auditPersonChange(write, actor, { ...changed, after: changed.person, patch });
      return changed.person;
    });
  }

  /** A session is no proof of the password: wrong ones count, as at sign-in. */
  async function withLimitedGuesses<T>(person: SignedInPerson, prove: () => Promise<T | null>): Promise<T> {
    const attempt = await deps.limits.consume({
      address: '',
      email: person.email,
      deviceId: `own:${person.id}`,
    });
    if (attempt.kind === 'refused')
      throw new DeskError('tooManyRequests', {
        message: 'Too many wrong passwords',
        retryAfterS: attempt.retryAfterS,
      });
    const proven = await prove();
    if (proven === null)
      throw new DeskError('passwordWrong', { message: 'Wrong password', field: 'current' });
    await attempt.giveBack();
    return proven;
  }

  endpoints.handle('listPeople', async () => ({
    people: (await people.listPeople()).map(toPersonAccount),
  }));

  endpoints.handle('addPerson', async ({ person: actor, body }) => {
    const lineOf = (person: Pick<SignedInPerson, 'id' | 'name' | 'role' | 'communityIds'>) => ({
      actor,
      action: 'person.added' as const,
      subject: personSubject(person),
      details: { role: person.role, communities: communitiesOf(person) },
    });
    // The id is not known before.
    return auditedChange([lineOf({ ...body, id: body.email })], async (write) => {
      const added = await people.addPerson(body);
      if (added.kind === 'emailTaken') throw emailTaken();
      await write(lineOf(added.person));
      return toPersonAccount(added.person);
    });
  });

  endpoints.handle('changePerson', async ({ person, params, body }) =>
    toPersonAccount(await change(person, params.personId, body)),
  );

  endpoints.handle('renameMe', async ({ person, body }) =>
    toPersonAccount(await change(person, person.id, body)),
  );

  endpoints.handle('changeOwnReading', async ({ person, body }) =>
    toPersonAccount(await ownAccount.setMarksRead(person, body.marksRead)),
  );

  endpoints.handle('changeOwnPassword', async ({ person, sessionId, body }) => {
    const line = ownLine(person, 'person.passwordChanged');
    return auditedChange([line], async (write) => {
      const outcome = await withLimitedGuesses(person, async () => {
        const changed = await ownAccount.changePassword(person, sessionId, body);
        return changed === 'passwordWrong' ? null : changed;
      });
      if (outcome === 'passwordSame')
        throw new DeskError('passwordSame', {
          message: 'The new password is the present one',
          field: 'next',
        });
      await write(line);
      return { ok: true as const };
    });
  });

  endpoints.handle('changeOwnEmail', async ({ person, body }) => {
    return auditedChange([ownLine(person, 'person.emailChanged')], async (write) => {
      const outcome = await withLimitedGuesses(person, async () => {
        const changed = await ownAccount.changeEmail(person, body);
        return changed.kind === 'passwordWrong' ? null : changed;
      });
      if (outcome.kind === 'emailTaken') throw emailTaken();
      await auditPersonChange(write, person, { before: person, after: outcome.person, patch: {} });
      return toPersonAccount(outcome.person);
    });
  });

  endpoints.handle('signOutEverywhere', async ({ person }) => {
    const line = ownLine(person, 'person.sessionsEnded');
    return auditedChange([line], async (write) => {
      await people.endSessions(person.id);
      await write(line);
      return { ok: true as const };
    });
  });
}

const ownLine = <Action extends 'person.passwordChanged' | 'person.emailChanged' | 'person.sessionsEnded'>(
  person: SignedInPerson,
  action: Action,
) => ({ actor: person, action, subject: personSubject(person), details: {} });

const emailTaken = () =>
  new DeskError('emailTaken', { message: 'This email is already taken', field: 'email' });

function refusal(changed: Exclude<Changed, { kind: 'changed' }>): DeskError {
  switch (changed.kind) {
    case 'notFound':
      return new DeskError('notFound', { message: 'Person not found' });
    case 'emailTaken':
      return emailTaken();
    case 'lastAdministrator':
      return new DeskError('lastAdministrator', {
        message: 'The last active administrator cannot be changed',
      });
  }
}
