/** The audit of people: what a change of a person did, as one line for each thing that an administrator looks for. */
import type { Actor } from '../audit/actor.ts';
import type { DetailsOf } from '../audit/audit.ts';
import type { PersonPatch } from '../auth/people.ts';
import type { SignedInPerson } from '../auth/signedIn.ts';
import type { PlannedLine } from './auditedChange.ts';
import type { WriteAudit } from './auditWriter.ts';

export const personSubject = ({ id, name }: Actor) => ({ kind: 'person' as const, id, name });

/** How many communities a person works in; null means all of them. */
export const communitiesOf = ({ communityIds }: Pick<SignedInPerson, 'communityIds'>): number | null =>
  communityIds?.length ?? null;

/** The lines that a change with this patch may need. */
export function plannedPersonLines(actor: Actor, about: Actor, patch: PersonPatch): PlannedLine[] {
  const common = { actor, subject: personSubject(about) };
  const { name, role, communityIds, email, password, isActive } = patch;
  const lines: PlannedLine[] = [];
  if (name !== undefined || role !== undefined || communityIds !== undefined)
    lines.push({
      ...common,
      action: 'person.changed',
      details: {
        ...(name !== undefined && { name }),
        ...(role !== undefined && { role }),
        ...(communityIds !== undefined && { communities: communitiesOf({ communityIds }) }),
      },
    });
  if (email !== undefined) lines.push({ ...common, action: 'person.emailChanged', details: {} });
  if (password !== undefined) lines.push({ ...common, action: 'person.passwordSet', details: {} });
  if (isActive !== undefined)
    lines.push({ ...common, action: isActive ? 'person.switchedOn' : 'person.switchedOff', details: {} });
  return lines;
}

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
