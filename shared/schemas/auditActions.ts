/**
 * Every audit action with the details it may have. A new action needs an entry here and its label in `web/audit/`.
 */
/** A change that was written down before it was done; nobody confirmed that it was. */
const changed = ['isUnconfirmed'] as const;
const templateMove = ['version', 'reason'] as const;
const campaignMove = [...changed, 'rows', 'template', 'startAt'] as const;
const exported = ['view', 'status', 'template', 'network', 'from', 'to', 'byPhone'] as const;
const transcript = ['format', 'scope'] as const;

export const auditActions = {
  'template.created': templateMove,
  'template.edited': templateMove,
  'template.submitted': templateMove,
  'template.withdrawn': templateMove,
  'template.approved': templateMove,
  'template.rejected': templateMove,
  'template.archived': templateMove,
  'template.restored': templateMove,
  'mailing.start': campaignMove,
  'mailing.pause': campaignMove,
  'mailing.resume': campaignMove,
  'mailing.cancel': campaignMove,
  'delivery.cancelled': changed,
  'delivery.triedAgain': [...changed, 'againId'],
  'deliveries.exportBegun': exported,
  'deliveries.exported': [...exported, 'rows', 'isComplete'],
  'transcript.requested': [...transcript, 'conversations'],
  'transcript.finished': [...transcript, 'rows', 'isComplete'],
  'transcript.downloaded': ['format'],
  'client.phoneBonded': [...changed, 'how', 'other'],
  'client.phoneUnbonded': [...changed, 'other'],
  'client.merged': [...changed, 'other'],
  'client.detached': [...changed, 'other'],
  'company.changed': [
    'name',
    'timeZone',
    'hours',
    'days',
    'workingHours',
    'holidays',
    'targets',
    'targetCommunities',
    'criteria',
  ],
  'company.bankSet': [],
  'company.bankLifted': [],
  'company.phoneBlocked': ['phone'],
  'company.phoneUnblocked': ['phone'],
  'community.gatewayChanged': [...changed, 'baseUrl', 'service', 'newCredentials', 'newStatusSecret'],
  'community.gatewayRemoved': changed,
  'community.eventRetried': [...changed, 'event', 'isStored'],
  'community.eventDropped': [...changed, 'event'],
  'apiKey.made': [...changed, 'rights', 'statusUrl'],
  'apiKey.changed': [
    ...changed,
    'name',
    'rights',
    'ratePerMinute',
    'requiresBodyHash',
    'statusUrl',
    'isActive',
  ],
  'apiKey.rotated': [...changed, 'overlapHours'],
  'apiKey.webhookSecretRenewed': changed,
  'person.added': [...changed, 'role', 'communities'],
  'person.changed': [...changed, 'name', 'role', 'communities'],
  'person.emailChanged': changed,
  'person.passwordSet': changed,
  'person.passwordChanged': changed,
  'person.passwordReset': changed,
  'person.switchedOff': changed,
  'person.switchedOn': changed,
  'person.sessionsEnded': changed,
  'person.signedIn': [...changed, 'address'],
  'person.signInRefused': ['address'],
  'review.written': [...changed, 'conversation', 'average'],
  'review.amended': [...changed, 'conversation', 'average', 'averageBefore'],
  'cannedAnswer.added': [...changed, 'folder'],
  'cannedAnswer.changed': [...changed, 'formerName', 'folder', 'isTextNew'],
  'cannedAnswer.deleted': [...changed, 'folder'],
  'cannedAnswer.folderRenamed': [...changed, 'folder', 'answers'],
  'cannedAnswer.imported': [...changed, 'added', 'replaced'],
  'community.connected': [...changed, 'network'],
  'community.tokenChanged': changed,
  'community.intakeChanged': [...changed, 'longPoll', 'webhook'],
  'community.switchedOff': changed,
  'community.switchedOn': changed,
  'community.ratingOn': changed,
  'community.ratingOff': changed,
  'community.ratingQuestionChanged': [...changed, 'ratingQuestion'],
  'retention.set': [...changed, 'messages', 'serviceMessages', 'mailingRows', 'register', 'unusedUploads'],
} as const satisfies Record<string, readonly string[]>;

export type AuditAction = keyof typeof auditActions;
export type DetailOf<Action extends AuditAction> = (typeof auditActions)[Action][number];
export type AuditDetail = DetailOf<AuditAction>;
export type DetailValue = string | number | boolean | null;
