/** A secret that the desk cannot read stops the community, so that its session does not begin again without end. */
import { Types } from 'mongoose';
import { expect, it } from 'vitest';
import { CommunityStopError, openOrStop } from '../../../server/channels/communityStop.ts';
import type { Community } from '../../../server/communities/community.model.ts';
import { sealSecret } from '../../../server/communities/secrets.ts';
import { createSealing } from '../../../server/storage/sealing.ts';

const community = { _id: new Types.ObjectId(), network: 'ok' } as Community;

it.each(['token', 'webhookSecret'] as const)('stops the community for an unreadable %s', (kind) => {
  const [own, other] = [createSealing(Buffer.alloc(32, 7)), createSealing(Buffer.alloc(32, 8))];
  const sealed = sealSecret(own, community, kind, 'тайна');
  expect(openOrStop(own, community, kind, sealed)).toBe('тайна');
  let thrown: unknown;
  try {
    openOrStop(other, community, kind, sealed);
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toBeInstanceOf(CommunityStopError);
  expect(thrown).toMatchObject({ stopReason: 'tokenUnreadable', networkCode: null });
});
