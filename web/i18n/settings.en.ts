/** Texts of communities and people, and of a community's connection state, in English. */
import type { InEnglish } from './inEnglish.ts';
import type { texts as ru } from './settings.ru.ts';

export const texts: InEnglish<typeof ru> = {
  'connection.connecting': 'Connecting',
  'connection.live': 'Connected',
  'connection.catchingUp': 'Catching up',
  'connection.offline': 'No connection since {{time}}',
  'connection.stopped': 'Stopped',
  'connection.disabled': 'Turned off',

  'communities.title': 'Communities',
  'communities.add': 'Connect a community',
  'communities.token': 'Community access key',
  'communities.token.hint':
    'VK → Manage → API usage → Create key. Rights needed: messages, photos, documents, management',
  'communities.network': 'Network',
  'communities.token.hint.ok':
    'OK → group settings → Messages → Access key. A new key cancels the previous one',
  'communities.groupId': 'Group ID',
  'communities.groupId.hint': 'The number in the group’s address: ok.ru/group/…',
  'communities.groupName': 'Group name',
  'communities.groupId.wrong': 'The ID is a number, for example 57212345678900',
  'communities.okIntake': 'OK sends events to the system itself. Missed messages are loaded from the history',
  'communities.connect': 'Connect',
  'communities.empty': 'No communities are connected',
  'communities.failed': 'Could not load the communities',
  'communities.changeToken': 'Replace the key',
  'communities.enable': 'Turn on',
  'communities.disable': 'Turn off',
  'communities.intake': 'How to receive events',
  'communities.longPoll': 'Long Poll',
  'communities.webhook': 'Callback API',
  'communities.webhookUrl': 'Callback API URL',
  'communities.networkCode': 'Network response code: {{code}}',

  'people.title': 'People',
  'people.add': 'Add a person',
  'people.name': 'Name',
  'people.email': 'Email',
  'people.password.first': 'Initial password',
  'people.password.hint': 'At least {{min}} characters',
  'people.password.new': 'New password',
  'people.password.set': 'Set password',
  'people.role': 'Role',
  'people.create': 'Add',
  'people.failed': 'Could not load the people',
  'people.you': 'this is you',
};
