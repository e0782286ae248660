/**
 * The text of `.env.example`: every setting with its default, commented out, generated from the program's own checks.
 */
import { settings } from '../../../server/app/configSettings.ts';

const LINE_CHARS = 110;
const head = [
  '# Every setting with its default. Made by `npm run env-example`; do not edit it by hand.',
  '# Copy it to .env and remove the # before what you change. The desk reads the environment, not this file:',
  '#   set -a; . ./.env; set +a; npm start',
  '# Put a value with other signs than letters, digits and ./:,_- between single quotes.',
];

export function envExample(): string {
  const blocks = Object.entries(settings).map(([name, { about, expected, defaultText }]) => [
    ...wrapped(`${plain(about)}.`),
    ...wrapped(`Should be ${expected}.`),
    `#${name}=${defaultText ?? ''}`,
  ]);
  return `${[head, ...blocks].map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

/** Markdown's `[text](address)` becomes "text (address)". */
function plain(markdown: string): string {
  return markdown.replace(/\[([^\]]+)\]\(([^)]+)\)/g, '$1 ($2)');
}

function wrapped(text: string): string[] {
  const lines: string[] = [];
  let line = '#';
  for (const word of text.split(' ')) {
    if (line !== '#' && line.length + 1 + word.length > LINE_CHARS) {
      lines.push(line);
      line = '#';
    }
    line += ` ${word}`;
  }
  return [...lines, line];
}
