/** Texts of personal data in English (N17). */
import type { InEnglish } from './inEnglish.ts';
import type { texts as ru } from './personalData.ru.ts';

export const texts: InEnglish<typeof ru> = {
  'personalData.register': 'Access log',
  'personalData.register.about':
    'Who opened cards and conversations, saw full phone numbers, changed, exported and erased data. One colleague’s views of one client or list within an hour make one entry.',
  'personalData.register.person': 'Colleague',
  'personalData.register.everyone': 'All colleagues',
  'personalData.register.oneClient': 'Only one client',
  'personalData.register.allClients': 'Show all clients',
  'personalData.register.empty': 'No such entries yet',
  'personalData.register.failed': 'Could not load the log',
  'personalData.register.more': 'Show more',
  'personalData.register.goneClient': 'erased client',
  'personalData.register.deskItself': 'System',
  'personalData.action.seen': 'Viewed',
  'personalData.what.phoneBonded': 'phone linked',
  'personalData.what.phoneUnbonded': 'phone unlinked',
  'personalData.what.merged': 'merged with another client',
  'personalData.what.phoneTaken': 'phone moved to another client',
  'personalData.file.deliveries': 'message export',
  'personalData.file.refusedRows': 'rejected rows of a campaign',
  'personalData.rows': 'rows: {{rows}}',
  'personalData.from': 'from {{time}}',
  'personalData.to': 'until {{time}}',
  'personalData.byPhone': 'by phone',
  'personalData.phonesShown': 'full phones',
  'personalData.textsShown': 'message texts',
  'personalData.cutOff': 'the file was not sent in full',
  'personalData.what.detached': 'page split off',
  'personalData.action.changed': 'Changed',
  'personalData.action.exported': 'Exported',
  'personalData.action.erased': 'Erased',
  'personalData.seen.card': 'card',
  'personalData.seen.thread': 'conversation',
  'personalData.seen.phone': 'full phone',
  'personalData.seen.deliveries': 'full phones in “Deliveries”',
  'personalData.seen.blockList': 'full phones in the block list',

  'personalData.erasures': 'Erasures',
  'personalData.erasures.empty': 'No erasures yet',
  'personalData.state.running': 'In progress',
  'personalData.state.waiting': 'Data erased, ends {{time}}',
  'personalData.state.done': 'Finished {{time}}',

  'personalData.storage': 'Storage encryption',
  'personalData.storage.failed': 'Could not check the storage',
  'personalData.storage.seen': 'Encrypted: the system has verified this',
  'personalData.storage.declared': 'Declared encrypted: the system itself cannot verify this',
  'personalData.storage.notEncrypted': 'Not encrypted',
  'personalData.storage.notKnown': 'It is not known whether it is encrypted',
  'personalData.storage.cryptDevice': 'The operating system encrypts the disk with the data folder',
  'personalData.storage.plainDevice': 'The operating system does not encrypt the disk with the data folder',
  'personalData.storage.noDevice':
    'The data folder is not on a disk of this machine: it is in a container, on a network disk or in memory',
  'personalData.storage.unreadable': 'The machine does not report which disk holds the data folder',
  'personalData.storage.serverEncrypts': 'The database server encrypts its files',
  'personalData.storage.serverDoesNot':
    'The database server does not encrypt its files, and its disk cannot be seen from here',
  'personalData.storage.serverRefused':
    'The database server does not allow checking whether it encrypts its files',
  'personalData.storage.serverSilent':
    'The database server does not report whether it encrypts its files, and its disk cannot be seen from here',
  'personalData.storage.lookedAt': 'checked {{time}}',
  'personalData.storage.about':
    'The system itself encrypts phones, tokens and keys. Names, texts and files are stored unencrypted in the database, so the disk or the database must be encrypted.',
  'personalData.storage.toDo':
    'If a cloud or the disk itself encrypts the data, confirm it with the setting STORAGE_ENCRYPTED=declared.',
  'personalData.storage.help': 'What can be done',

  'personalData.retention': 'Retention periods',
  'personalData.retention.failed': 'Could not load the periods',
  'personalData.retention.days': 'days, at least {{min}}',
  'personalData.retention.forever': 'if empty, kept indefinitely; otherwise days, at least {{min}}',
  'personalData.retention.warning': 'Older data is deleted within an hour and cannot be restored.',
  'personalData.retention.messages': 'Content of messages and notes',
  'personalData.retention.serviceMessages': 'Service messages with their status history',
  'personalData.retention.mailingRows': 'Campaign rows',
  'personalData.retention.register': 'Log of views and changes',
  'personalData.retention.unusedUploads': 'Files outside replies and images outside templates',
  'personalData.retention.save': 'Save the periods',
};
