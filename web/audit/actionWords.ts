/** What the audit tells that has words of its own; anything else is shown as it is kept. */
import type { WordKey } from '../i18n/areas.ts';

const actionWords = {
  'template.created': 'audit.action.template.created',
  'template.edit': 'audit.action.template.edit',
  'template.submit': 'audit.action.template.submit',
  'template.withdraw': 'audit.action.template.withdraw',
  'template.approve': 'audit.action.template.approve',
  'template.reject': 'audit.action.template.reject',
  'template.archive': 'audit.action.template.archive',
  'template.restore': 'audit.action.template.restore',
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
  'apiKey.made': 'audit.action.apiKey.made',
  'apiKey.changed': 'audit.action.apiKey.changed',
  'apiKey.rotated': 'audit.action.apiKey.rotated',
  'apiKey.webhookSecretRenewed': 'audit.action.apiKey.webhookSecretRenewed',
  'retention.set': 'audit.action.retention.set',
} as const satisfies Record<string, WordKey>;

export function wordsOfAction(action: string): WordKey | null {
  return Object.hasOwn(actionWords, action) ? actionWords[action as keyof typeof actionWords] : null;
}
