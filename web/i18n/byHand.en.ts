/** Texts for sending a template from a client's card, in English. */

import type { texts as ru } from './byHand.ru.ts';
import type { InEnglish } from './inEnglish.ts';

export const texts: InEnglish<typeof ru> = {
  'byHand.title': 'Service messages, last 24 hours',
  'byHand.left': '{{left}} of 5 left',
  'byHand.next': 'next one: {{at}}',
  'byHand.unlimited': 'No limit: the company is a bank',
  'byHand.noPhone': 'Link the client to a phone to send a template',
  'byHand.send': 'Send a template',
  'byHand.dialog': 'Template for {{name}}',
  'byHand.noTemplates': 'There are no approved templates. Create one under “Templates”',
  'byHand.notApproved': 'This template can no longer be sent',
  'byHand.example': '{{type}}, for example {{example}}',
  'byHand.ttl': 'How long to wait for delivery',
  'byHand.ttl.usual': 'As in the template: {{time}}',
  'byHand.length': '{{now}} of {{limit}} characters',
  'byHand.submit': 'Send',
  'byHand.sent': 'The message is in the queue',
  'byHand.quotaSpent':
    'The client has already been sent 5 messages in the last 24 hours. The next one is possible {{at}}',
};
