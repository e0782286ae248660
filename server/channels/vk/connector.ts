/** Connects a VK community: checks the owner and the rights of its key, and enables the events of the desk. */
import { z } from 'zod';
import type {
  CommunityConnector,
  IntakePrepared,
  WebhookAddress,
} from '../../communities/communityConnector.ts';
import { API_VERSION } from './api.ts';
import { reading, type VkClients } from './clients.ts';
import { readFailure } from './errors.ts';
import { deskEventSettings } from './eventTypes.ts';

/** The rights that a community key must have (VK's page of access rights). */
const neededRights = ['messages', 'photos', 'docs', 'manage'];
/** VK allows at most 14 characters. */
const SERVER_TITLE = 'Notify Inbox';

const groupsAnswer = z.looseObject({
  groups: z
    .array(
      z.looseObject({
        id: z.number().int().positive(),
        name: z.string(),
        screen_name: z.string().optional(),
        photo_200: z.string().optional(),
      }),
    )
    .min(1),
});
const permissionsAnswer = z.looseObject({ permissions: z.array(z.looseObject({ name: z.string() })) });

export function createVkConnector(clients: VkClients): CommunityConnector {
  return {
    async checkToken(token) {
      const { api } = clients.ofToken(token).vk;
      try {
        const { groups } = groupsAnswer.parse(
          await reading(() => api.groups.getById({ fields: ['photo_200'] as never })),
        );
        const group = groups[0]!;
        const given = permissionsAnswer.parse(await reading(() => api.groups.getTokenPermissions({})));
        const names = new Set(given.permissions.map(({ name }) => name));
        return {
          kind: 'accepted',
          profile: {
            externalId: String(group.id),
            name: group.name,
            screenName: group.screen_name ?? null,
            avatarSourceUrl: group.photo_200 ?? null,
          },
          missingRights: neededRights.filter((name) => !names.has(name)),
        };
      } catch (error) {
        return refusalOf(error);
      }
    },

    async confirmationCode(token, externalId) {
      const { api } = clients.ofToken(token).vk;
      try {
        const { code } = await reading(() =>
          api.groups.getCallbackConfirmationCode({ group_id: Number(externalId) }),
        );
        return code;
      } catch {
        return null;
      }
    },

    async prepareIntake(token, externalId, { longPoll, webhook }) {
      const { api } = clients.ofToken(token).vk;
      const group_id = Number(externalId);
      try {
        await api.groups.setLongPollSettings({
          group_id,
          enabled: longPoll ? 1 : 0,
          ...(longPoll ? { api_version: API_VERSION, ...deskEventSettings } : {}),
        });
        const webhookServerId = webhook ? await addServer(api, group_id, webhook) : null;
        return { kind: 'prepared', webhookServerId } satisfies IntakePrepared;
      } catch (error) {
        return refusalOf(error);
      }
    },
  };
}

type Api = ReturnType<VkClients['ofToken']>['vk']['api'];

/** Reuses the server that VK still has: VK allows ten, and asks for a confirmation of every new one. */
async function addServer(
  api: Api,
  group_id: number,
  { url, secret, serverId }: WebhookAddress,
): Promise<number> {
  const { items } = await api.groups.getCallbackServers({ group_id });
  const known = items.find((server) => server.id === serverId || server.url === url);
  const fields = { group_id, url, title: SERVER_TITLE, secret_key: secret };
  if (known) await api.groups.editCallbackServer({ ...fields, server_id: known.id });
  const server_id = known?.id ?? (await api.groups.addCallbackServer(fields)).server_id;
  await api.groups.setCallbackSettings({
    group_id,
    server_id,
    api_version: API_VERSION,
    ...deskEventSettings,
  });
  return server_id;
}

function refusalOf(error: unknown): { kind: 'rejected'; networkCode: number } | { kind: 'unreachable' } {
  const failure = readFailure(error);
  return failure.kind === 'code' ? { kind: 'rejected', networkCode: failure.code } : { kind: 'unreachable' };
}
