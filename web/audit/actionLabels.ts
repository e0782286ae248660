/** Labels of audit actions. An action of another version has no label and is shown as stored. */
import type { AuditAction } from '../../shared/schemas/auditActions.ts';
import type { TextKey } from '../i18n/areas.ts';

const actionLabels = {
  'template.created': 'audit.action.template.created',
  'template.edited': 'audit.action.template.edited',
  'template.submitted': 'audit.action.template.submitted',
  'template.withdrawn': 'audit.action.template.withdrawn',
  'template.approved': 'audit.action.template.approved',
  'template.rejected': 'audit.action.template.rejected',
  'template.archived': 'audit.action.template.archived',
  'template.restored': 'audit.action.template.restored',
  'mailing.start': 'audit.action.mailing.start',
  'mailing.pause': 'audit.action.mailing.pause',
  'mailing.resume': 'audit.action.mailing.resume',
  'mailing.cancel': 'audit.action.mailing.cancel',
  'delivery.cancelled': 'audit.action.delivery.cancelled',
  'delivery.triedAgain': 'audit.action.delivery.triedAgain',
  'deliveries.exportBegun': 'audit.action.deliveries.exportBegun',
  'deliveries.exported': 'audit.action.deliveries.exported',
  'client.phoneBonded': 'audit.action.client.phoneBonded',
  'client.phoneUnbonded': 'audit.action.client.phoneUnbonded',
  'client.merged': 'audit.action.client.merged',
  'client.detached': 'audit.action.client.detached',
  'company.changed': 'audit.action.company.changed',
  'company.bankSet': 'audit.action.company.bankSet',
  'company.bankLifted': 'audit.action.company.bankLifted',
  'company.phoneBlocked': 'audit.action.company.phoneBlocked',
  'company.phoneUnblocked': 'audit.action.company.phoneUnblocked',
  'community.gatewayChanged': 'audit.action.community.gatewayChanged',
  'community.gatewayRemoved': 'audit.action.community.gatewayRemoved',
  'community.eventRetried': 'audit.action.community.eventRetried',
  'community.eventDropped': 'audit.action.community.eventDropped',
  'apiKey.made': 'audit.action.apiKey.made',
  'apiKey.changed': 'audit.action.apiKey.changed',
  'apiKey.rotated': 'audit.action.apiKey.rotated',
  'apiKey.webhookSecretRenewed': 'audit.action.apiKey.webhookSecretRenewed',
  'retention.set': 'audit.action.retention.set',
} as const satisfies Record<AuditAction, TextKey>;

export function labelOfAction(action: string): TextKey | null {
  return Object.hasOwn(actionLabels, action) ? actionLabels[action as AuditAction] : null;
}
