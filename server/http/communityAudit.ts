/** The audit of communities: what a change of a community did. */
import type { z } from 'zod';
import type { communityPatch } from '../../shared/schemas/community.ts';
import type { Actor } from '../audit/actor.ts';
import type { Community } from '../communities/community.model.ts';
import type { WriteAudit } from './auditWriter.ts';

const subjectOf = ({ _id, name }: Community) => ({ kind: 'community' as const, id: String(_id), name });

export async function auditConnected(
  writeAudit: WriteAudit,
  actor: Actor,
  community: Community,
): Promise<void> {
  await writeAudit({
    actor,
    action: 'community.connected',
    subject: subjectOf(community),
    details: { network: community.network },
  });
}

/** One line for each field that the administrator gave. */
export async function auditCommunityChange(
  writeAudit: WriteAudit,
  actor: Actor,
  community: Community,
  { token, intake, isEnabled }: z.output<typeof communityPatch>,
): Promise<void> {
  const common = { actor, subject: subjectOf(community) };
  if (token !== undefined) await writeAudit({ ...common, action: 'community.tokenChanged', details: {} });
  if (intake) await writeAudit({ ...common, action: 'community.intakeChanged', details: intake });
  if (isEnabled !== undefined)
    await writeAudit({
      ...common,
      action: isEnabled ? 'community.switchedOn' : 'community.switchedOff',
      details: {},
    });
}
