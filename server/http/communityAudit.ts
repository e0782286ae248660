/** The audit of communities: what a change of a community did. */
import type { z } from 'zod';
import type { Network } from '../../shared/schemas/common.ts';
import type { communityPatch } from '../../shared/schemas/community.ts';
import type { Actor } from '../audit/actor.ts';
import type { Community } from '../communities/community.model.ts';
import type { PlannedLine } from './auditedChange.ts';

const subjectOf = ({ _id, name }: Pick<Community, '_id' | 'name'>) => ({
  kind: 'community' as const,
  id: String(_id),
  name,
});

export const connectedLine = (actor: Actor, community: Pick<Community, '_id' | 'name' | 'network'>) => ({
  actor,
  action: 'community.connected' as const,
  subject: subjectOf(community),
  details: { network: community.network },
});

/** Before the network was asked, neither its id nor its name is known. */
export const connectingLine = (actor: Actor, network: Network) => ({
  actor,
  action: 'community.connected' as const,
  subject: { kind: 'community' as const, id: network, name: network.toUpperCase() },
  details: { network },
});

/** One line for each field that the administrator gave. */
export function linesOfCommunityChange(
  actor: Actor,
  community: Community,
  { token, intake, isEnabled, asksRating, ratingQuestion }: z.output<typeof communityPatch>,
): PlannedLine[] {
  const common = { actor, subject: subjectOf(community) };
  const lines: PlannedLine[] = [];
  if (token !== undefined) lines.push({ ...common, action: 'community.tokenChanged', details: {} });
  if (intake) lines.push({ ...common, action: 'community.intakeChanged', details: intake });
  if (isEnabled !== undefined)
    lines.push({
      ...common,
      action: isEnabled ? 'community.switchedOn' : 'community.switchedOff',
      details: {},
    });
  if (asksRating !== undefined)
    lines.push({
      ...common,
      action: asksRating ? 'community.ratingOn' : 'community.ratingOff',
      details: {},
    });
  if (ratingQuestion !== undefined)
    lines.push({ ...common, action: 'community.ratingQuestionChanged', details: { ratingQuestion } });
  return lines;
}
