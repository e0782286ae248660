/** A community's gateway settings as an administrator edits them. Credentials are sealed and never returned. */

import { randomUUID } from 'node:crypto';
import type { Model, Types } from 'mongoose';
import type { GatewaySettingsEdit, GatewaySettingsView } from '../../../shared/schemas/gateway.ts';
import { type Actor, DESK_NAME } from '../../audit/actor.ts';
import type { NewAuditLine } from '../../audit/audit.ts';
import type { Audited } from '../../audit/audited.ts';
import type { Community, NotifySettings } from '../../communities/community.model.ts';
import { findCommunity } from '../../communities/listCommunities.ts';
import { openSecret, sealSecret } from '../../communities/secrets.ts';
import { isHttpsOrLoopback } from '../../net/loopback.ts';
import { askAgain } from '../../storage/askAgain.ts';
import type { Sealing } from '../../storage/sealing.ts';
import { currentTime } from '../../work/clock.ts';
import { credentials } from './settings.ts';

export interface GatewaySettingsDeps {
  companyId: Types.ObjectId;
  communities: Model<Community>;
  sealing: Sealing;
  audited: Audited;
  /** The address at which the gateway reaches this desk. */
  publicUrl: string;
}

export type GatewayOutcome =
  | { kind: 'done'; gateway: GatewaySettingsView | null }
  | { kind: 'communityNotFound' }
  /** The address is neither HTTPS nor loopback. */
  | { kind: 'addressNotAllowed' }
  /** A new gateway needs both secrets. */
  | { kind: 'missing'; field: 'credentials' | 'statusSecret' };

export async function readGateway(deps: GatewaySettingsDeps, communityId: string): Promise<GatewayOutcome> {
  const community = await findOwn(deps, communityId);
  if (!community) return { kind: 'communityNotFound' };
  return { kind: 'done', gateway: toView(deps, community) };
}

/** Replaces the settings; an omitted secret stays as it is. Clears a stop, so that sending starts again. */
export async function changeGateway(
  deps: GatewaySettingsDeps,
  communityId: string,
  edit: GatewaySettingsEdit,
  actor: Actor | null,
): Promise<GatewayOutcome> {
  const community = await findOwn(deps, communityId);
  if (!community) return { kind: 'communityNotFound' };
  if (!isHttpsOrLoopback(edit.baseUrl)) return { kind: 'addressNotAllowed' };
  const seal = (what: 'notifyCredentials' | 'notifyStatusSecret', plain: string) =>
    sealSecret(deps.sealing, community, what, plain);
  const credentialsSealed = edit.credentials
    ? seal('notifyCredentials', JSON.stringify(edit.credentials))
    : community.notify?.credentialsSealed;
  if (credentialsSealed === undefined) return { kind: 'missing', field: 'credentials' };
  const statusSecretSealed = edit.statusSecret
    ? seal('notifyStatusSecret', edit.statusSecret)
    : community.notify?.statusSecretSealed;
  if (statusSecretSealed === undefined) return { kind: 'missing', field: 'statusSecret' };
  const notify: NotifySettings = {
    baseUrl: edit.baseUrl.replace(/\/+$/, ''),
    service: edit.service,
    credentialsSealed,
    statusSecretSealed,
    stopped: null,
  };
  return write(deps, community, notify, actor, {
    action: 'community.gatewayChanged',
    details: {
      baseUrl: notify.baseUrl,
      service: notify.service,
      newCredentials: edit.credentials !== undefined,
      newStatusSecret: edit.statusSecret !== undefined,
    },
  });
}

export async function removeGateway(
  deps: GatewaySettingsDeps,
  communityId: string,
  actor: Actor | null,
): Promise<GatewayOutcome> {
  const community = await findOwn(deps, communityId);
  if (!community) return { kind: 'communityNotFound' };
  if (!community.notify) return { kind: 'done', gateway: null };
  return write(deps, community, null, actor, { action: 'community.gatewayRemoved', details: {} });
}

/** Stores that the gateway refused the community: nothing is sent until an administrator saves the settings again. */
export async function stopGateway(
  communities: Model<Community>,
  communityId: Types.ObjectId,
  networkCode: string | null,
): Promise<void> {
  await communities.updateOne(
    { _id: communityId, notify: { $ne: null }, 'notify.stopped': null },
    { $set: { 'notify.stopped': { since: currentTime(), networkCode } } },
  );
}

async function write(
  deps: GatewaySettingsDeps,
  community: Community,
  notify: NotifySettings | null,
  actor: Actor | null,
  line: Pick<NewAuditLine<'community.gatewayChanged' | 'community.gatewayRemoved'>, 'action' | 'details'>,
): Promise<GatewayOutcome> {
  const { companyId, communities, audited } = deps;
  const whole: NewAuditLine = {
    _id: `gateway:${randomUUID()}`,
    companyId,
    at: currentTime(),
    personId: actor?.id ?? null,
    personName: actor?.name ?? DESK_NAME,
    subject: { kind: 'community', id: community._id.toHexString(), name: community.name },
    ...line,
  };
  return audited<GatewayOutcome>([whole], async () => {
    await askAgain(() => communities.updateOne({ _id: community._id }, { $set: { notify } }));
    const gateway = toView(deps, { ...community, notify });
    return { answer: { kind: 'done', gateway }, lines: [whole] };
  });
}

async function findOwn({ communities, companyId }: GatewaySettingsDeps, communityId: string) {
  const community = await findCommunity(communities, communityId);
  return community?.companyId.equals(companyId) ? community : null;
}

function toView(
  { sealing, publicUrl }: GatewaySettingsDeps,
  community: Community,
): GatewaySettingsView | null {
  const { notify } = community;
  if (!notify) return null;
  const opened = openSecret(sealing, community, 'notifyCredentials', notify.credentialsSealed);
  return {
    baseUrl: notify.baseUrl,
    service: notify.service,
    credentialsKind: credentials.parse(JSON.parse(opened)).kind,
    statusUrl: statusUrlOf(publicUrl, community._id.toHexString()),
    stopped: notify.stopped && {
      since: notify.stopped.since.toISOString(),
      networkCode: notify.stopped.networkCode,
    },
  };
}

/** The address to which the gateway posts a community's statuses. */
export function statusUrlOf(publicUrl: string, communityId: string): string {
  return `${publicUrl.replace(/\/+$/, '')}/webhooks/notify/${communityId}`;
}
