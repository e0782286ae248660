/** Texts of the search in English. */

import type { InEnglish } from './inEnglish.ts';
import type { texts as ru } from './search.ru.ts';

export const texts: InEnglish<typeof ru> = {
  'search.title': 'Search',
  'search.placeholder': 'Words, a name, an order number, the last digits of a phone',
  'search.hint.title': 'Find a conversation or a client',
  'search.hint':
    'Words are found in any form and any order. Put an exact phrase in quotes: "order is ready". Find a client by a part of the name or by the last digits of the phone, four at least',
  'search.clients': 'Clients',
  'search.messages': 'Messages',
  'search.found_one': '{{count}} result shown',
  'search.found_other': '{{count}} results shown',
  'search.more': 'Show more',
  'search.nothing': 'Nothing found',
  'search.nothing.hint': 'Check the spelling, or remove some words or filters',
  'search.suggestion.otherLayout': 'The other keyboard layout? Did you mean:',
  'search.suggestion.spelling': 'Did you mean:',
  'search.cut': 'The search took too long, so only a part is shown. Narrow it down',
  'search.building_one':
    'The search is being prepared: {{count}} conversation read, so results may be incomplete',
  'search.building_other':
    'The search is being prepared: {{count}} conversations read, so results may be incomplete',
  'search.behind': 'The newest messages will appear in the search a little later',
  'search.transcript': 'Export what was found',
  'search.transcript.what': 'All messages that this search finds.',
  'search.failed': 'The search failed',
  'search.onlyFile': 'A message without text, with a file',
  'search.kind.note': 'note',
  'search.kind.service': 'Service message',
  'search.kinds.reply': 'From clients',
  'search.kinds.answer': 'The company’s answers',
  'search.kinds.note': 'Notes',
  'search.kinds.service': 'Service messages',
  'search.any.kind': 'Any',
  'search.any.person': 'Anyone',
  'search.any.status': 'Any',
  'search.any.network': 'Any',
  'search.any.label': 'Any',
  'search.filter.kind': 'Messages',
  'search.filter.community': 'Community',
  'search.filter.person': 'Written by',
  'search.filter.status': 'Conversation status',
  'search.filter.network': 'Network',
  'search.filter.label': 'Label',
  'search.filter.waiting': 'Client is waiting',
  'search.filter.from': 'From',
  'search.filter.to': 'To',
  'search.filter.file': 'With a file',
  'search.filter.clear': 'Clear filters',
};
