/** The audit of people: what a change of a person did, as one line for each thing that an administrator looks for. */
import type { Actor } from '../audit/actor.ts';
import type { DetailsOf } from '../audit/audit.ts';
import type { PersonPatch } from '../auth/people.ts';
import type { SignedInPerson } from '../auth/signedIn.ts';
import type { WriteAudit } from './auditWriter.ts';

export const personSubject = ({ id, name }: Actor) => ({ kind: 'person' as const, id, name });

/** How many communities a person works in; null means all of them. */
export const communitiesOf = ({ communityIds }: Pick<SignedInPerson, 'communityIds'>): number | null =>
  communityIds?.length ?? null;

/** Writes nothing for fields that kept their values. */
export async function auditPersonChange(
  writeAudit: WriteAudit,
  actor: Actor,
  { before, after, patch }: { before: SignedInPerson; after: SignedInPerson; patch: PersonPatch },
): Promise<void> {
  const common = { actor, subject: personSubject(after) };
  const changed: DetailsOf<'person.changed'> = {
    ...(before.name !== after.name && { name: after.name }),
    ...(before.role !== after.role && { role: after.role }),
    ...(String(before.communityIds) !== String(after.communityIds) && { communities: communitiesOf(after) }),
  };
  if (Object.keys(changed).length > 0)
    await writeAudit({ ...common, action: 'person.changed', details: changed });
  if (before.email !== after.email)
    await writeAudit({ ...common, action: 'person.emailChanged', details: {} });
  if (patch.password !== undefined)
    await writeAudit({ ...common, action: 'person.passwordSet', details: {} });
  if (before.isActive !== after.isActive)
    await writeAudit({
      ...common,
      action: after.isActive ? 'person.switchedOn' : 'person.switchedOff',
      details: {},
    });
}
