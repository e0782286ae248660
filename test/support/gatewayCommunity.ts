/** Prepares an empty desk for sending: connects a community with its gateway, and approves a template. */
import type { TemplateContent } from '../../shared/schemas/template.ts';
import type { DeskClient } from './deskProcess.ts';

export interface GatewayCommunity {
  groupId: number;
  token: string;
  /** The service at the gateway. */
  service: { service: string; key: string; statusSecret: string };
}

/** The community must exist in the sandbox, and its service at the gateway. */
export async function connectWithGateway(
  admin: DeskClient,
  gatewayBaseUrl: string,
  { token, service }: GatewayCommunity,
): Promise<string> {
  const { id: communityId } = await admin.call('connectCommunity', {
    body: { network: 'vk', token, intake: { longPoll: true, webhook: false } },
  });
  await admin.call('changeGateway', {
    params: { communityId },
    body: {
      baseUrl: gatewayBaseUrl,
      service: service.service,
      credentials: { kind: 'key', key: service.key },
      statusSecret: service.statusSecret,
    },
  });
  return communityId;
}

export async function approveTemplate(
  admin: DeskClient,
  name: string,
  content: TemplateContent,
): Promise<void> {
  const { id, revision } = await admin.call('createTemplate', { body: { name, title: name, content } });
  const params = { templateId: id };
  const onReview = await admin.call('moveTemplate', { params, body: { revision, move: 'submit' } });
  await admin.call('reviewTemplate', { params, body: { revision: onReview.revision, decision: 'approve' } });
}
