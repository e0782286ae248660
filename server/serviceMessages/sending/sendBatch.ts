/**
 * Sends one claimed batch, and writes every outcome under the claim. If the process dies, the claim expires, and the
 * next sender looks up which messages were sent.
 */

import type { Model } from 'mongoose';
import type { PhoneReport } from '../../clients/phoneReport.model.ts';
import type { CommunityRef } from '../../communities/communityRef.ts';
import type { SendingLimits } from '../../companies/sendingLimits.ts';
import type { Phones } from '../../phones/servicePhones.ts';
import type { Stops } from '../ports.ts';
import type { ServiceMessage } from '../serviceMessage.model.ts';
import { currentTryOf } from '../statuses/change.ts';
import type { Claim } from './claimBatch.ts';
import { keepClaim, type LiveClaim } from './liveClaim.ts';
import { openCall } from './openCall.ts';
import { type RecordDeps, type Resolution, recordOutcomes } from './recordOutcomes.ts';
import { type OutgoingService, type ServiceChannel, tryKeyOf } from './serviceChannel.ts';
import { validateClaim } from './validateClaim.ts';

export interface SendBatchDeps extends RecordDeps {
  phoneReports: Model<PhoneReport>;
  phones: Phones;
  limits: Pick<SendingLimits, 'blocked'>;
  stops: Stops;
}

export interface BatchToSend {
  community: CommunityRef;
  channel: ServiceChannel;
  claim: Claim;
  /** Outcomes that are known without a call, by message id. */
  decided: ReadonlyMap<string, Resolution>;
  stopping: AbortSignal;
}

export async function sendBatch(deps: SendBatchDeps, batch: BatchToSend): Promise<void> {
  const { community, channel, decided } = batch;
  const claim = keepClaim(deps, batch.claim);
  try {
    const verdicts = await validateClaim(deps, community, channel, claim.messages);
    const isToSend = ({ _id }: ServiceMessage) =>
      !decided.has(_id.toHexString()) && verdicts.get(_id.toHexString())!.kind === 'send';
    const sent = await handOver(deps, batch, claim, claim.messages.filter(isToSend));
    await recordOutcomes(deps, channel, claim, ({ _id }) => {
      const id = _id.toHexString();
      return sent.get(id) ?? decided.get(id) ?? (verdicts.get(id) as Resolution);
    });
  } finally {
    await claim.stop();
  }
}

/** The network's outcome for each message, by message id. */
async function handOver(
  { quota, times: { callMostMs }, phones }: SendBatchDeps,
  { community, channel, stopping }: BatchToSend,
  claim: LiveClaim,
  messages: ServiceMessage[],
): Promise<Map<string, Resolution>> {
  if (messages.length === 0) return new Map();
  const outcomes = await channel.send(
    community,
    messages.map((message) => toOutgoing(message, phones)),
    openCall({ quota, callMostMs }, channel, claim, stopping),
  );
  return new Map(messages.map(({ _id }, at) => [_id.toHexString(), outcomes[at]!]));
}

function toOutgoing(message: ServiceMessage, phones: Phones): OutgoingService {
  return {
    tryKey: tryKeyOf(message._id, currentTryOf(message).current.network),
    messageId: message._id,
    phone: phones.open(message.phoneSealed, message._id),
    templateId: message.templateId,
    templateName: message.templateName,
    templateVersion: message.templateVersion,
    variables: message.variables,
    text: message.text,
    buttons: message.buttons,
    imageIds: message.imageIds,
    direction: message.direction,
    deliveryPolicy: message.deliveryPolicy,
  };
}
