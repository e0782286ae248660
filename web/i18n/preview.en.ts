/** Texts of a template's preview and of the form for its values, on every screen, in English. */
import type { InEnglish } from './inEnglish.ts';
import type { texts as ru } from './preview.ru.ts';

export const texts: InEnglish<typeof ru> = {
  'templates.failed': 'Could not load the templates',
  'templates.type.text': 'Text',
  'templates.type.number': 'Number',
  'templates.type.date': 'Date',
  'templates.type.time': 'Time',
  'templates.type.link': 'Link',
  'templates.image.alt': 'Image {{number}}: {{width}} × {{height}}',
  'templates.preview': 'As the client will see it',
  'templates.preview.community': 'The company’s community',
  'templates.preview.oneWay': 'Notifications',
  'templates.preview.empty': 'The text will appear here',
  'templates.preview.noAnswer': 'This message cannot be replied to',
  'templates.preview.scheme': 'Phone theme',
  'templates.preview.light': 'Light',
  'templates.preview.dark': 'Dark',
  'mailings.template': 'Template',
  'mailings.template.none': 'Choose a template',
};
