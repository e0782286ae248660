/** The words of the gateway's settings in English. */

import type { words as ru } from './gateway.ru.ts';
import type { InEnglish } from './inEnglish.ts';

export const words: InEnglish<typeof ru> = {
  'gateway.title': 'Gateway for service messages',
  'gateway.none':
    'Not set. Without it a service message reaches only clients who have written to the community before',
  'gateway.works': 'Takes messages',
  'gateway.stopped': 'Stopped since {{time}}: the gateway refused the community.',
  'gateway.stopped.code': 'Its code: {{code}}.',
  'gateway.stopped.fix': 'Check the settings and save them, and sending goes on',
  'gateway.set': 'Set the gateway',
  'gateway.change': 'Change the gateway',
  'gateway.remove': 'Remove the gateway',
  'gateway.remove.title': 'Remove the gateway?',
  'gateway.remove.about':
    'Messages to phones no longer go through it, and its key and secret are forgotten. To set it again, they must be typed anew.',
  'gateway.baseUrl': 'Address',
  'gateway.baseUrl.wrong': 'It must be an https:// address',
  'gateway.service': 'The community’s name at the gateway',
  'gateway.service.hint': 'The field service: what the gateway calls the sender',
  'gateway.credentials': 'Access',
  'gateway.credentials.keep': 'Keep what is there',
  'gateway.credentials.key': 'Key (Authorization: Key)',
  'gateway.credentials.oauth1': 'OAuth 1.0 signature',
  'gateway.key': 'The gateway’s key',
  'gateway.statusSecret': 'Secret for statuses',
  'gateway.statusSecret.hint': 'At least 8 characters: the gateway shows it with each status',
  'gateway.statusSecret.keep': 'Leave empty to keep the one there is',
  'gateway.statusUrl': 'Address for statuses',
  'gateway.statusUrl.hint': 'Give it to the gateway: it posts messages’ statuses there',
};
