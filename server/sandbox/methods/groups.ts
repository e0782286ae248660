/** groups.*: the community itself, its token's rights, and its event settings. */
import type { ApiCall, ApiMethod } from '../apiServer.ts';
import type { CallbackDelivery } from '../callbackDelivery.ts';
import { compareVersions } from '../eventStream.ts';
import { eventTypes } from '../eventTypes.ts';
import type { LongPoll } from '../longPoll.ts';
import type { Views } from '../messageView.ts';
import { badParameter, VkApiError } from '../vkError.ts';
import type { Objects, Partly, Responses } from '../vkTypes.ts';
import { type CallbackServer, type Community, noEvents, type World } from '../world.ts';

/** Bits of a community token, VK's page of access rights (dev.vk.com/reference/access-rights). */
const permissions = [
  { name: 'stories', setting: 1 },
  { name: 'photos', setting: 4 },
  { name: 'messages', setting: 4096 },
  { name: 'docs', setting: 131_072 },
  { name: 'manage', setting: 262_144 },
];
const mostCallbackServers = 10;

export function groupMethods(deps: {
  world: World;
  views: Views;
  longPoll: LongPoll;
  callbacks: CallbackDelivery;
  baseUrl: () => string;
}): [string, ApiMethod][] {
  const { world, views, longPoll, callbacks, baseUrl } = deps;

  function getById({ community, parameters, version }: ApiCall): object {
    const requestedIds = parameters.texts('group_ids') ??
      parameters.texts('group_id') ?? [String(community.groupId)];
    const fields = parameters.texts('fields') ?? [];
    const communities = requestedIds.flatMap((id) =>
      [...world.communities.values()].filter((one) => isNamed(one, id)),
    );
    if (communities.length === 0) throw new VkApiError(100, 'group_ids is undefined');
    const groups = communities.map((one) => views.group(one, fields));
    // Version 5.139 wrapped the list into an object (VK's page of API versions).
    if (compareVersions(version, '5.139') < 0) return groups;
    return { groups, profiles: [] } satisfies Partly<Responses.GroupsGetByIdObjectResponse>;
  }

  function getTokenPermissions(): Partly<Responses.GroupsGetTokenPermissionsResponse> {
    return { mask: permissions.reduce((mask, { setting }) => mask | setting, 0), permissions };
  }

  function getLongPollServer({ community, parameters }: ApiCall): Objects.GroupsLongPollServer {
    parameters.requiredInteger('group_id');
    if (!community.longPoll.isEnabled) throw new VkApiError(100, 'longpoll for this group is not enabled');
    return longPoll.server(community, baseUrl());
  }

  function getLongPollSettings({
    community,
    parameters,
  }: ApiCall): Partly<Responses.GroupsGetLongPollSettingsResponse> {
    parameters.requiredInteger('group_id');
    const { isEnabled, apiVersion, events } = community.longPoll;
    return { is_enabled: isEnabled, ...(isEnabled ? { api_version: apiVersion } : {}), events };
  }

  function setLongPollSettings({ community, parameters }: ApiCall): 1 {
    parameters.requiredInteger('group_id');
    const settings = community.longPoll;
    settings.isEnabled = parameters.flag('enabled') ?? settings.isEnabled;
    settings.apiVersion = parameters.text('api_version') ?? settings.apiVersion;
    applyEvents(settings.events, { parameters });
    world.emit('change', { type: 'world' });
    return 1;
  }

  async function addCallbackServer({ community, parameters }: ApiCall): Promise<{ server_id: number }> {
    parameters.requiredInteger('group_id');
    if (community.callbackServers.length >= mostCallbackServers) throw new VkApiError(2000);
    const server: CallbackServer = {
      serverId: community.nextCallbackServerId,
      ...readServer(parameters),
      status: 'unconfigured',
      apiVersion: '5.199',
      events: noEvents(),
    };
    community.nextCallbackServerId += 1;
    community.callbackServers.push(server);
    await callbacks.confirm(community, server);
    return { server_id: server.serverId };
  }

  async function editCallbackServer({ community, parameters }: ApiCall): Promise<1> {
    const server = requireServer(community, parameters.requiredInteger('server_id'));
    Object.assign(server, readServer(parameters));
    await callbacks.confirm(community, server);
    return 1;
  }

  function deleteCallbackServer({ community, parameters }: ApiCall): 1 {
    const server = requireServer(community, parameters.requiredInteger('server_id'));
    community.callbackServers.splice(community.callbackServers.indexOf(server), 1);
    world.emit('change', { type: 'world' });
    return 1;
  }

  function getCallbackServers({
    community,
    parameters,
  }: ApiCall): Partly<Responses.GroupsGetCallbackServersResponse> {
    const wanted = parameters.integers('server_ids');
    const servers = community.callbackServers.filter((server) => !wanted || wanted.includes(server.serverId));
    const items = servers.map((server) => ({
      id: server.serverId,
      title: server.title,
      creator_id: 0,
      url: server.url,
      secret_key: server.secret,
      status: server.status,
    }));
    return { count: items.length, items };
  }

  function getCallbackSettings({
    community,
    parameters,
  }: ApiCall): Partly<Responses.GroupsGetCallbackSettingsResponse> {
    const server = requireServer(community, parameters.requiredInteger('server_id'));
    return { api_version: server.apiVersion, events: server.events };
  }

  function setCallbackSettings({ community, parameters }: ApiCall): 1 {
    const server = requireServer(community, parameters.requiredInteger('server_id'));
    server.apiVersion = parameters.text('api_version') ?? server.apiVersion;
    applyEvents(server.events, { parameters });
    return 1;
  }

  return [
    ['groups.getById', getById],
    ['groups.getTokenPermissions', getTokenPermissions],
    ['groups.getLongPollServer', getLongPollServer],
    ['groups.getLongPollSettings', getLongPollSettings],
    ['groups.setLongPollSettings', setLongPollSettings],
    ['groups.getCallbackConfirmationCode', ({ community }) => ({ code: community.confirmationCode })],
    ['groups.addCallbackServer', addCallbackServer],
    ['groups.editCallbackServer', editCallbackServer],
    ['groups.deleteCallbackServer', deleteCallbackServer],
    ['groups.getCallbackServers', getCallbackServers],
    ['groups.getCallbackSettings', getCallbackSettings],
    ['groups.setCallbackSettings', setCallbackSettings],
  ];
}

function isNamed(community: Community, id: string): boolean {
  return String(community.groupId) === id.replace(/^-/, '') || community.screenName === id;
}

function requireServer(community: Community, serverId: number): CallbackServer {
  const server = community.callbackServers.find((known) => known.serverId === serverId);
  if (!server) throw new VkApiError(104);
  return server;
}

function readServer(parameters: ApiCall['parameters']): { url: string; title: string; secret: string } {
  const url = parameters.requiredText('url');
  if (!URL.canParse(url)) throw badParameter('url is invalid');
  const title = parameters.requiredText('title');
  if (title.length > 14) throw badParameter('title is too long');
  const secret = parameters.text('secret_key') ?? '';
  if (secret.length > 50) throw badParameter('secret_key is too long');
  return { url, title, secret };
}

function applyEvents(events: Record<string, 0 | 1>, { parameters }: Pick<ApiCall, 'parameters'>): void {
  for (const type of eventTypes) {
    const isOn = parameters.flag(type);
    if (isOn !== undefined) events[type] = isOn ? 1 : 0;
  }
}
