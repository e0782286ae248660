/** Draws the sandbox's own pictures: faces with initials and one sample photo, so that nothing is downloaded. */
const colours = [
  '#e17055',
  '#0984e3',
  '#00b894',
  '#6c5ce7',
  '#d63031',
  '#00838f',
  '#ad1457',
  '#5d4037',
  '#2e7d32',
  '#3949ab',
];

export function avatarSvg(id: number, name: string): string {
  const colour = colours[Math.abs(id) % colours.length];
  const initials = name
    .split(/\s+/)
    .filter((word) => /\p{L}/u.test(word))
    .slice(0, 2)
    .map((word) => /\p{L}/u.exec(word)?.[0]?.toUpperCase() ?? '')
    .join('');
  return `<svg xmlns="http://www.w3.org/2000/svg" width="200" height="200" viewBox="0 0 200 200"><rect width="200" height="200" fill="${colour}"/><text x="100" y="104" font-family="system-ui, sans-serif" font-size="84" font-weight="600" fill="#fff" text-anchor="middle" dominant-baseline="middle">${initials}</text></svg>`;
}

export const samplePictureSvg = `<svg xmlns="http://www.w3.org/2000/svg" width="604" height="403" viewBox="0 0 604 403"><defs><linearGradient id="sky" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="#8ec5fc"/><stop offset="1" stop-color="#fbe3c8"/></linearGradient></defs><rect width="604" height="403" fill="url(#sky)"/><circle cx="470" cy="110" r="44" fill="#ffd166"/><path d="M0 300 Q150 240 302 300 T604 290 V403 H0Z" fill="#5b8c5a"/><path d="M60 320 Q302 150 544 320" fill="none" stroke="#6d4c41" stroke-width="16"/><path d="M40 324 H564" stroke="#6d4c41" stroke-width="12"/><path d="M0 345 H604 V403 H0Z" fill="#4f83cc"/></svg>`;
