/** Why an answer cannot be sent now; null when it can. A note is always possible. */
import type { CommunityView } from '../../shared/schemas/community.ts';
import type { ConversationRow } from '../../shared/schemas/conversation.ts';

export type WhyNot = 'cannotWrite' | 'erased' | 'stopped' | 'disabledCommunity';

export function whyNotWrite(
  conversation: ConversationRow,
  community: CommunityView | undefined,
): WhyNot | null {
  if (conversation.isErased) return 'erased';
  if (community?.connection.state === 'stopped') return 'stopped';
  if (community?.connection.state === 'disabled') return 'disabledCommunity';
  return conversation.canWrite ? null : 'cannotWrite';
}
