/** The settings as README shows them: one row each, generated from the program's own checks. */
import { settings } from '../../../server/app/config.ts';

export function settingsTable(): string {
  const rows = Object.entries(settings).map(([name, { defaultText, about, expected }]) => {
    const shownDefault = defaultText === null ? '' : `\`${defaultText}\``;
    return `| \`${name}\` | ${shownDefault} | ${about} | ${expected} |`;
  });
  return ['| Setting | Default | What it is | Should be |', '|---|---|---|---|', ...rows].join('\n');
}
