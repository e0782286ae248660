/** The words of personal data in English (N17). */
import type { InEnglish } from './inEnglish.ts';
import type { words as ru } from './personalData.ru.ts';

export const words: InEnglish<typeof ru> = {
  'personalData.register': 'Register',
  'personalData.register.about':
    "Who opened cards and conversations, saw a whole phone, changed, exported and erased data. One colleague's views of one client or list within an hour are one line.",
  'personalData.register.person': 'Colleague',
  'personalData.register.everyone': 'All colleagues',
  'personalData.register.oneClient': 'One client only',
  'personalData.register.allClients': 'Show all clients',
  'personalData.register.empty': 'No such lines yet',
  'personalData.register.failed': 'The register could not be loaded',
  'personalData.register.more': 'Show more',
  'personalData.register.goneClient': 'a client who is no more',
  'personalData.register.deskItself': 'The desk itself',
  'personalData.action.seen': 'Seen',
  'personalData.what.phoneBonded': 'phone tied',
  'personalData.what.phoneUnbonded': 'phone untied',
  'personalData.what.merged': 'merged with another client',
  'personalData.what.phoneTaken': 'phone went to another client',
  'personalData.file.deliveries': 'message export',
  'personalData.file.refusedRows': 'rejected rows of a campaign',
  'personalData.rows': 'rows: {{rows}}',
  'personalData.from': 'from {{time}}',
  'personalData.to': 'until {{time}}',
  'personalData.byPhone': 'by phone',
  'personalData.phonesShown': 'whole phones',
  'personalData.textsShown': 'with the messages’ texts',
  'personalData.cutOff': 'the file broke off',
  'personalData.what.detached': 'a part set apart',
  'personalData.action.changed': 'Changed',
  'personalData.action.exported': 'Exported',
  'personalData.action.erased': 'Erased',
  'personalData.seen.card': 'card',
  'personalData.seen.thread': 'conversation',
  'personalData.seen.phone': 'whole phone',
  'personalData.seen.deliveries': 'whole phones in the list of deliveries',
  'personalData.seen.blockList': 'whole phones in the block list',

  'personalData.erasures': 'Erasures',
  'personalData.erasures.empty': 'Nobody was erased',
  'personalData.state.running': 'Under way',
  'personalData.state.waiting': 'Data is gone, ends {{time}}',
  'personalData.state.done': 'Done {{time}}',

  'personalData.storage': 'Encryption of the storage',
  'personalData.storage.failed': 'The storage could not be asked about',
  'personalData.storage.seen': 'Encrypted: the desk sees it itself',
  'personalData.storage.declared': 'Declared encrypted by the operator: the desk itself does not see it',
  'personalData.storage.notEncrypted': 'Not encrypted',
  'personalData.storage.notKnown': 'Not known whether it is encrypted',
  'personalData.storage.cryptDevice': 'The operating system encrypts the disk under the data folder',
  'personalData.storage.plainDevice': 'The operating system does not encrypt the disk under the data folder',
  'personalData.storage.noDevice':
    'The data folder is on no disk of this machine: in a container, on a network disk or in memory',
  'personalData.storage.unreadable': 'The machine does not tell which disk the data folder is on',
  'personalData.storage.serverEncrypts': 'The database server encrypts its files',
  'personalData.storage.serverDoesNot':
    'The database server does not encrypt its files, and the disk under it cannot be seen from here',
  'personalData.storage.serverRefused':
    'The database server does not allow asking whether it encrypts its files',
  'personalData.storage.serverSilent':
    'The database server does not tell whether it encrypts its files, and the disk under it cannot be seen from here',
  'personalData.storage.lookedAt': 'checked {{time}}',
  'personalData.storage.about':
    'Phones, tokens and keys are encrypted by the desk itself. Names, texts and files lie in the database unsealed, so the disk or the database has to be encrypted.',
  'personalData.storage.toDo':
    'Where a cloud or the drive itself encrypts, confirm it with the setting STORAGE_ENCRYPTED=declared.',
  'personalData.storage.help': 'What can be done',

  'personalData.retention': 'How long data is kept',
  'personalData.retention.failed': 'The periods could not be loaded',
  'personalData.retention.days': 'days, at least {{min}}',
  'personalData.retention.forever': 'empty: without end; otherwise days, at least {{min}}',
  'personalData.retention.warning': 'What is older is removed within an hour and cannot be had back.',
  'personalData.retention.messages': 'Content of messages and notes',
  'personalData.retention.serviceMessages': 'Service messages with their history',
  'personalData.retention.mailingRows': 'Campaign rows',
  'personalData.retention.register': 'The register of views and changes',
  'personalData.retention.unusedUploads': 'Files in no answer, images in no template',
  'personalData.retention.save': 'Save the periods',
};
