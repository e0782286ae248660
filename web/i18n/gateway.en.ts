/** Texts of the gateway's settings in English. */

import type { texts as ru } from './gateway.ru.ts';
import type { InEnglish } from './inEnglish.ts';

export const texts: InEnglish<typeof ru> = {
  'gateway.title': 'Service message gateway',
  'gateway.none':
    'Not connected. Without it, service messages reach only clients who have already written to the community',
  'gateway.works': 'Accepting messages',
  'gateway.stopped': 'Stopped since {{time}}: the gateway rejected the community.',
  'gateway.stopped.code': 'Gateway code: {{code}}.',
  'gateway.stopped.fix': 'Check the settings and save them to resume sending',
  'gateway.set': 'Connect the gateway',
  'gateway.change': 'Edit the gateway',
  'gateway.remove': 'Disconnect the gateway',
  'gateway.remove.title': 'Disconnect the gateway?',
  'gateway.remove.about':
    'Messages to phones will no longer go through the gateway, and its key and secret will be erased. To connect it again, you will have to enter them again.',
  'gateway.baseUrl': 'URL',
  'gateway.baseUrl.wrong': 'The URL must start with https://',
  'gateway.service': 'Community name in the gateway',
  'gateway.service.hint': 'The service field: what the gateway calls the sender',
  'gateway.credentials': 'Access',
  'gateway.credentials.keep': 'Keep the current one',
  'gateway.credentials.key': 'Key (Authorization: Key)',
  'gateway.credentials.oauth1': 'OAuth 1.0 signature',
  'gateway.key': 'Gateway key',
  'gateway.statusSecret': 'Status secret',
  'gateway.statusSecret.hint': 'At least 8 characters. The gateway sends it with every status',
  'gateway.statusSecret.keep': 'Leave empty to keep the current one',
  'gateway.statusUrl': 'Status URL',
  'gateway.statusUrl.hint': 'Give it to the gateway: it sends message statuses there',
};
