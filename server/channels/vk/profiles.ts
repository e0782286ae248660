/** Reads names and avatars of VK users, up to 1000 per call (VK's schema 5.199, users.get). */
import { z } from 'zod';
import type { NetworkProfile } from '../../conversations/outbox/channel.ts';
import { reading, type VkClient } from './clients.ts';

const MOST_PER_CALL = 1000;

const user = z.looseObject({
  id: z.number().int(),
  first_name: z.string().catch(''),
  last_name: z.string().catch(''),
  photo_200: z.string().optional().catch(undefined),
  photo_100: z.string().optional().catch(undefined),
  deactivated: z.string().optional().catch(undefined),
});

export async function readProfiles({ vk }: VkClient, externalUserIds: string[]): Promise<NetworkProfile[]> {
  const profiles: NetworkProfile[] = [];
  for (let first = 0; first < externalUserIds.length; first += MOST_PER_CALL) {
    const user_ids = externalUserIds.slice(first, first + MOST_PER_CALL);
    const answer: readonly unknown[] = await reading(() =>
      vk.api.users.get({ user_ids, fields: ['photo_200', 'photo_100'] }),
    );
    for (const item of answer) {
      const read = user.safeParse(item);
      if (!read.success) continue;
      const { id, first_name, last_name, photo_200, photo_100, deactivated } = read.data;
      profiles.push({
        externalUserId: String(id),
        name: `${first_name} ${last_name}`,
        avatarSourceUrl: deactivated ? null : (photo_200 ?? photo_100 ?? null),
        isDeleted: deactivated === 'deleted',
      });
    }
  }
  return profiles;
}
