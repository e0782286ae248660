/** People over HTTP: the list for administrators, and what each person may change of their own account. */
import type { Changed, People, PersonPatch } from '../auth/people.ts';
import { toPersonAccount } from '../auth/personDocument.ts';
import type { SignedInPerson } from '../auth/signedIn.ts';
import type { EndpointRouter } from './endpointRouter.ts';
import { DeskError } from './errors.ts';

export function peopleRoutes(endpoints: EndpointRouter, people: People): void {
  async function change(personId: string, patch: PersonPatch): Promise<SignedInPerson> {
    const changed = await people.changePerson(personId, patch);
    if (changed.kind === 'changed') return changed.person;
    throw refusal(changed);
  }

  endpoints.handle('listPeople', async () => ({
    people: (await people.listPeople()).map(toPersonAccount),
  }));

  endpoints.handle('addPerson', async ({ body }) => {
    const added = await people.addPerson(body);
    if (added.kind === 'emailTaken')
      throw new DeskError('emailTaken', { message: 'This email is already taken', field: 'email' });
    return toPersonAccount(added.person);
  });

  endpoints.handle('changePerson', async ({ params, body }) =>
    toPersonAccount(await change(params.personId, body)),
  );

  endpoints.handle('renameMe', async ({ person, body }) => toPersonAccount(await change(person.id, body)));

  endpoints.handle('signOutEverywhere', async ({ person }) => {
    await people.endSessions(person.id);
    return { ok: true };
  });
}

function refusal(changed: Exclude<Changed, { kind: 'changed' }>): DeskError {
  switch (changed.kind) {
    case 'notFound':
      return new DeskError('notFound', { message: 'Person not found' });
    case 'lastAdministrator':
      return new DeskError('lastAdministrator', {
        message: 'The last active administrator cannot be changed',
      });
  }
}
