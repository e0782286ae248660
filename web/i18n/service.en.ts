/** Texts of service messages in threads in English. */
import type { InEnglish } from './inEnglish.ts';
import type { texts as ru } from './service.ru.ts';

export const texts: InEnglish<typeof ru> = {
  'list.withdrawn': 'no longer shown',
  'service.status.queued': 'Queued',
  'service.status.sent': 'Sent',
  'service.status.delivered': 'Delivered',
  'service.status.read': 'Read',
  'service.status.undelivered': 'Not delivered',
  'service.status.expired': 'Expired',
  'service.buttons': 'Buttons the client saw',
  'service.details': 'Template and variables',
  'service.details.template': 'Template',
  'service.details.version': 'version {{version}}',
  'service.details.noVariables': 'No variables',
  'service.withdrawn':
    'No longer shown: the link between the client and the phone that this message went to was undone',
  'service.toEntry': 'Show the message the client replied to',
  'service.pressed': 'Button pressed',
  'service.answers.button': 'The client pressed a button of this message',
  'service.answers.tag': 'The network reported that this is a reply to it',
  'service.answers.quote': 'The client quoted this message',
  'service.answers.bond': 'The latest message to the client’s phone before the reply',
  'service.answers.history': 'The message was found in the network’s history of the conversation',
};
