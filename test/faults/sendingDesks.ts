/**
 * Two desks over one store, ready to send, for tests that kill one of them meanwhile; and checks of the messages and
 * the gateway at the end.
 */
import type { Connection } from 'mongoose';
import type { DeskTiming } from '../../server/app/createServer.ts';
import {
  type ServiceMessage,
  serviceMessageModel,
} from '../../server/serviceMessages/serviceMessage.model.ts';
import { clientAt, type DeskClient } from '../support/deskProcess.ts';
import { type DesksOverStore, openDesks } from '../support/desksOverStore.ts';
import { approveTemplate, connectWithGateway } from '../support/gatewayCommunity.ts';
import { untilEffectsDone } from '../support/openTransitions.ts';
import { orderReady } from '../support/serviceDesk.ts';
import { until } from '../support/until.ts';

export interface SendingDesks extends DesksOverStore {
  /** The administrator at each desk, signed in once. */
  admins: DeskClient[];
}

export interface SendingDesksOptions {
  name: string;
  groupId: number;
  /** Creates people in the sandbox: the first has this id, each next one the following id. */
  firstUserId: number;
  phones: readonly string[];
  timing?: DeskTiming;
  env?: Record<string, string>;
}

/** Slow enough that kills interrupt calls. */
const SLOW_ANSWERS_MS = 120;
const hasty: DeskTiming = {
  lease: { leaseMs: 3_000, renewEveryMs: 500, lookEveryMs: 200 },
  serviceSender: {
    pollMs: 100,
    claimLeaseMs: 4_000,
    callMostMs: 4_000,
    settleMostMs: 1_000,
    followLeaseMs: 4_000,
  },
};

export async function openSendingDesks(options: SendingDesksOptions): Promise<SendingDesks> {
  const { name, groupId, firstUserId, phones, timing, env = {} } = options;
  const desks = await openDesks({ desks: 2, timing: { ...hasty, ...timing }, env });
  try {
    const { control, sandbox } = desks;
    const community = {
      groupId,
      token: `${name}-token`,
      service: { service: name, key: `${name}-gateway-key`, statusSecret: `${name}-status-secret` },
    };
    control.createCommunity({ groupId, name, token: community.token });
    control.registerService({ ...community.service, groupId });
    for (const [at, phone] of phones.entries())
      control.createUser({ userId: firstUserId + at, firstName: `C${at}`, phone });
    // The first desk creates the people, the keys and the indexes; the second uses them.
    await desks.start(0);
    const setUp = async () => {
      const admin = await desks.admin(0);
      await connectWithGateway(admin, sandbox.gatewayBaseUrl, community);
      await approveTemplate(admin, 'orderReady', { ...orderReady, networks: ['vk'] });
      return admin;
    };
    const [admin] = await Promise.all([setUp(), desks.start(1)]);
    control.setFaults({ slowAnswersMs: SLOW_ANSWERS_MS });
    return Object.assign(desks, { admins: [admin, clientAt(desks.urlOf(1), admin.cookie)] });
  } catch (error) {
    await desks[Symbol.asyncDispose]();
    throw error;
  }
}

export async function untilAllEnded(connection: Connection): Promise<void> {
  const serviceMessages = serviceMessageModel(connection);
  await until(
    'every message to have ended',
    async () => (await serviceMessages.countDocuments({ status: { $in: ['queued', 'sent'] } })) === 0,
    { timeoutMs: 120_000, everyMs: 200 },
  );
  await untilEffectsDone(connection);
}

/** The id by which the gateway knows a message. */
export const gatewayKeyOf = ({ _id }: Pick<ServiceMessage, '_id'>) => `${_id.toHexString()}.vk`;

/** How often the gateway has each message, by its id there; and the ids that it has more than once. */
export function countByKey(accepted: readonly { clientMessageId?: string | undefined }[]): {
  times: Map<string, number>;
  doubled: string[];
} {
  const times = new Map<string, number>();
  for (const { clientMessageId = '' } of accepted)
    times.set(clientMessageId, (times.get(clientMessageId) ?? 0) + 1);
  return { times, doubled: [...times].flatMap(([key, count]) => (count > 1 ? [key] : [])) };
}
