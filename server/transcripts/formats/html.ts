/** A transcript as one HTML page: it needs no other file, makes no request, runs no script and prints well. */
import { lineOf, type TranscriptLine } from '../lines.ts';
import { kinds, texts } from '../texts.ts';
import type { Format, FormatOptions } from './format.ts';

const style = `
body{margin:0 auto;max-width:760px;padding:24px 16px;color:#111;background:#fff;font:15px/1.45 system-ui,sans-serif}
h1{font-size:22px;margin:0 0 4px}h2{font-size:17px;margin:32px 0 2px;padding-top:12px;border-top:2px solid #ccd}
.about{margin:0 0 12px;color:#555;font-size:13px}
article{margin:0 0 8px;padding:8px 12px;border-radius:10px;background:#f1f3f6;break-inside:avoid}
article.answer{background:#dcebfd;margin-left:48px}article.note{background:#fff3c9;margin-left:48px}
article.service{background:#e9f6e9;margin-left:48px}article.system{background:none;padding:2px 12px;color:#555}
header{display:flex;flex-wrap:wrap;gap:2px 10px;color:#555;font-size:13px}header b{color:#111;font-weight:600}
p{margin:2px 0 0;white-space:pre-wrap;overflow-wrap:anywhere}.files{color:#555;font-size:13px}
img{display:block;max-width:100%;max-height:420px;margin-top:6px;border-radius:6px}
@media print{body{max-width:none;padding:0}article{border:1px solid #ccd}}
`;

export const html: Format = async function* (parts, options) {
  const { language, timeZone, now } = options;
  const word = texts[language];
  const csp = "default-src 'none'; img-src data:; style-src 'unsafe-inline'";
  const madeAt = new Intl.DateTimeFormat(language, {
    dateStyle: 'long',
    timeStyle: 'short',
    timeZone,
  }).format(now);
  yield `<!doctype html><html lang="${language}"><head><meta charset="utf-8">` +
    `<meta http-equiv="Content-Security-Policy" content="${csp}">` +
    '<meta name="viewport" content="width=device-width">' +
    `<title>${word.title}</title><style>${style}</style></head><body><h1>${word.title}</h1>` +
    `<p class="about">${word.made}: ${escaped(madeAt)}. ${word.timeZone}: ${escaped(timeZone)}</p>\n`;
  let isEmpty = true;
  for await (const part of parts) {
    isEmpty = false;
    const { clientName, phone, communityName, network } = part.conversation;
    if (part.kind === 'conversation') {
      const about = [phone, communityName, network.toUpperCase()]
        .filter(Boolean)
        .map((each) => escaped(each!));
      yield `<h2 dir="auto">${escaped(clientName)}</h2><p class="about">${about.join(' · ')}</p>\n`;
      continue;
    }
    for (const message of part.messages)
      yield await article(lineOf(message, part.conversation, options), options);
  }
  if (isEmpty) yield `<p>${word.nothing}</p>`;
  yield '</body></html>\n';
};

async function article(line: TranscriptLine, { language, readPhoto }: FormatOptions): Promise<string> {
  const { kind, author, time, text, files, marks } = line;
  const named: string[] = [];
  let images = '';
  for (const { name, attachment } of files) {
    const photo = attachment?.kind === 'photo' ? await readPhoto(attachment) : null;
    if (photo)
      images += `<img alt="${escaped(name)}" src="data:${photo.contentType};base64,${photo.bytes.toString('base64')}">`;
    else named.push(name);
  }
  const kindMark = kind === 'note' || kind === 'service' ? [kinds[language][kind]] : [];
  const head = [
    ...(author === '' ? [] : [`<b><bdi>${escaped(author)}</bdi></b>`]),
    ...[...kindMark, ...marks].map(escaped),
    `<time>${time}</time>`,
  ];
  return (
    `<article class="${kind}"><header>${head.map((each) => `<span>${each}</span>`).join('')}</header>` +
    (text === '' ? '' : `<p dir="auto">${escaped(text)}</p>`) +
    (named.length === 0 ? '' : `<p class="files" dir="auto">${escaped(named.join(', '))}</p>`) +
    `${images}</article>\n`
  );
}

const entities: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const escaped = (text: string): string => text.replace(/[&<>"']/g, (sign) => entities[sign]!);
