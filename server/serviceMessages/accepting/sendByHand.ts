/**
 * Sends a template to one client's phone, with the agent as the sender, through communities that they may see. Safe to repeat with the same `clientToken`.
 */
import { createHash } from 'node:crypto';
import type { Types } from 'mongoose';
import type { HandMessage } from '../../../shared/schemas/handMessage.ts';
import type { Client, clientModel } from '../../clients/client.model.ts';
import { openClientPhone } from '../../phones/clientPhones.ts';
import type { Sealing } from '../../storage/sealing.ts';
import type { Accepting, AcceptOutcome } from '../ports.ts';

export interface SendByHandDeps {
  companyId: Types.ObjectId;
  clients: ReturnType<typeof clientModel>;
  sealing: Sealing;
  accepting: Accepting;
}

export async function sendByHand(
  { companyId, sealing, accepting }: SendByHandDeps,
  client: Client,
  { template, variables, ttlSeconds, clientToken }: HandMessage,
  { id: personId, communityIds }: { id: string; communityIds: readonly string[] | 'all' },
): Promise<AcceptOutcome | { kind: 'noPhone' }> {
  if (!client.phoneSealed) return { kind: 'noPhone' };
  const phone = openClientPhone(sealing, client._id, client.phoneSealed);
  const request = {
    phone,
    template,
    variables,
    deliveryPolicy: 'any' as const,
    ...(ttlSeconds === undefined ? {} : { ttlSeconds }),
  };
  const hash = createHash('sha256').update(JSON.stringify(request)).digest('base64url');
  const sender = {
    companyId,
    senderKey: `person:${personId}`,
    statusUrl: null,
    ...(communityIds !== 'all' && { communityIds }),
  };
  const [outcome] = await accepting.accept(sender, [
    { request, repeatTokens: [`hand:${clientToken}`], requestHash: hash },
  ]);
  return outcome!;
}
