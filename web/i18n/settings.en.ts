/** The words of communities and people, and how a community’s connection is, in English. */
import type { InEnglish } from './inEnglish.ts';
import type { words as ru } from './settings.ru.ts';

export const words: InEnglish<typeof ru> = {
  'connection.connecting': 'Connecting',
  'connection.live': 'Connected',
  'connection.catchingUp': 'Catching up',
  'connection.offline': 'No connection since {{time}}',
  'connection.stopped': 'Stopped',
  'connection.disabled': 'Switched off',

  'communities.title': 'Communities',
  'communities.add': 'Connect a community',
  'communities.token': 'Community access key',
  'communities.token.hint':
    'VK → Manage → API usage → Create key. Rights needed: messages, photos, documents, management',
  'communities.network': 'Network',
  'communities.token.hint.ok': 'OK → group settings → Messages → Access key. A new key ends the one before',
  'communities.groupId': 'Group id',
  'communities.groupId.hint': 'The number in the group’s address: ok.ru/group/…',
  'communities.groupName': 'Group name',
  'communities.groupId.wrong': 'The id is a number, such as 57212345678900',
  'communities.okIntake':
    'OK delivers events itself: the desk has told it where. What was missed is read from the history',
  'communities.connect': 'Connect',
  'communities.empty': 'No community is connected',
  'communities.failed': 'Could not load the communities',
  'communities.changeToken': 'Replace the key',
  'communities.enable': 'Switch on',
  'communities.disable': 'Switch off',
  'communities.intake': 'How to receive events',
  'communities.longPoll': 'Long Poll',
  'communities.webhook': 'Callback API',
  'communities.webhookUrl': 'Address for the Callback API',
  'communities.networkCode': 'The network answered with code {{code}}',

  'people.title': 'People',
  'people.add': 'Add a person',
  'people.name': 'Name',
  'people.email': 'Email',
  'people.password.first': 'First password',
  'people.password.hint': 'At least {{min}} characters',
  'people.password.new': 'New password',
  'people.password.set': 'Set the password',
  'people.role': 'Role',
  'people.create': 'Add',
  'people.failed': 'Could not load the people',
  'people.you': 'this is you',
};
