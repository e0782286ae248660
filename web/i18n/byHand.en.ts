/** The words of sending a template from a client's card, in English. */

import type { words as ru } from './byHand.ru.ts';
import type { InEnglish } from './inEnglish.ts';

export const words: InEnglish<typeof ru> = {
  'byHand.title': 'Service messages within a day',
  'byHand.left': '{{left}} of 5 left',
  'byHand.next': 'the next one {{at}}',
  'byHand.unlimited': 'No limit: the company is a bank',
  'byHand.noPhone': 'The client’s phone is not known: no template can be sent',
  'byHand.send': 'Send a template',
  'byHand.dialog': 'A template for {{name}}',
  'byHand.noTemplates': 'There are no approved templates. They are made under “Templates”',
  'byHand.notApproved': 'This template is no longer sent',
  'byHand.example': '{{type}}, such as {{example}}',
  'byHand.ttl': 'How long to wait for delivery',
  'byHand.ttl.usual': 'As the template says: {{time}}',
  'byHand.length': '{{now}} of {{limit}} characters',
  'byHand.submit': 'Send',
  'byHand.sent': 'The message is in the queue',
  'byHand.quotaSpent': 'The client had 5 messages within 24 hours. The next is possible {{at}}',
};
