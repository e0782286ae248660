/** The words of personal data in English (N17). */
import type { InEnglish } from './inEnglish.ts';
import type { words as ru } from './personalData.ru.ts';

export const words: InEnglish<typeof ru> = {
  'personalData.register': 'Register',
  'personalData.register.about':
    "Who opened cards and conversations, saw a whole phone, changed, exported and erased data. One colleague's views of one client within an hour are one line.",
  'personalData.register.person': 'Colleague',
  'personalData.register.everyone': 'All colleagues',
  'personalData.register.oneClient': 'One client only',
  'personalData.register.allClients': 'Show all clients',
  'personalData.register.empty': 'No such lines yet',
  'personalData.register.failed': 'The register could not be loaded',
  'personalData.register.more': 'Show more',
  'personalData.register.deskItself': 'The desk itself',
  'personalData.action.seen': 'Seen',
  'personalData.what.phoneBonded': 'phone tied',
  'personalData.what.phoneUnbonded': 'phone untied',
  'personalData.what.merged': 'merged with another client',
  'personalData.what.detached': 'a part set apart',
  'personalData.action.changed': 'Changed',
  'personalData.action.exported': 'Exported',
  'personalData.action.erased': 'Erased',
  'personalData.seen.card': 'card',
  'personalData.seen.thread': 'conversation',
  'personalData.seen.phone': 'whole phone',

  'personalData.erasures': 'Erasures',
  'personalData.erasures.empty': 'Nobody was erased',
  'personalData.state.running': 'Under way',
  'personalData.state.waiting': 'Data is gone, ends {{time}}',
  'personalData.state.done': 'Done {{time}}',

  'personalData.retention': 'How long data is kept',
  'personalData.retention.failed': 'The periods could not be loaded',
  'personalData.retention.days': 'days, at least {{min}}',
  'personalData.retention.forever': 'empty: without end; otherwise days, at least {{min}}',
  'personalData.retention.warning': 'What is older is removed within an hour and cannot be had back.',
  'personalData.retention.messages': 'Content of messages and notes',
  'personalData.retention.serviceMessages': 'Service messages with their history',
  'personalData.retention.mailingRows': 'Rows of lists',
  'personalData.retention.register': 'The register of views and changes',
  'personalData.retention.unusedUploads': 'Files that no answer took',
  'personalData.retention.save': 'Save the periods',
};
