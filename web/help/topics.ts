/**
 * The topics of the help page in order: the questions that people ask about Notify and about their work here, the
 * rules behind each answer, and the screens where it is seen or set. The texts are in `help.ru.ts` and `help.en.ts`.
 */
import { type Role, roles } from '../../shared/schemas/person.ts';

/** A screen that an answer links to, and the lowest role that may open it. */
export const places = {
  inbox: { to: '/', leastRole: 'agent' },
  search: { to: '/search', leastRole: 'agent' },
  wall: { to: '/wall', leastRole: 'supervisor' },
  card: { to: '/', leastRole: 'agent' },
  canned: { to: '/canned-answers', leastRole: 'agent' },
  templates: { to: '/templates', leastRole: 'supervisor' },
  newTemplate: { to: '/templates/new', leastRole: 'supervisor' },
  mailings: { to: '/mailings', leastRole: 'supervisor' },
  deliveries: { to: '/deliveries', leastRole: 'supervisor' },
  transcripts: { to: '/transcripts', leastRole: 'supervisor' },
  reports: { to: '/reports', leastRole: 'supervisor' },
  breaches: { to: '/breaches', leastRole: 'supervisor' },
  ratings: { to: '/ratings', leastRole: 'supervisor' },
  quality: { to: '/quality', leastRole: 'supervisor' },
  ownReviews: { to: '/reviews', leastRole: 'agent' },
  criteria: { to: '/settings/quality', leastRole: 'administrator' },
  communities: { to: '/settings/communities', leastRole: 'administrator' },
  company: { to: '/settings/company', leastRole: 'administrator' },
  keys: { to: '/settings/keys', leastRole: 'administrator' },
  personalData: { to: '/settings/personal-data', leastRole: 'administrator' },
} as const satisfies Record<string, { to: string; leastRole: Role }>;
export type Place = keyof typeof places;

export interface Topic {
  /** Also the anchor. */
  id: string;
  group: 'messages' | 'limits' | 'general' | 'desk';
  rules: readonly string[];
  places: readonly Place[];
}

export const topics = [
  { id: 'statuses', group: 'messages', rules: ['N1'], places: ['deliveries', 'inbox'] },
  { id: 'one-way', group: 'messages', rules: ['N2'], places: ['newTemplate', 'card'] },
  { id: 'advertising', group: 'messages', rules: ['N3'], places: ['newTemplate'] },
  { id: 'any-user', group: 'messages', rules: ['N4'], places: ['mailings', 'keys'] },
  { id: 'service-messages', group: 'messages', rules: ['N5', 'N22'], places: ['templates'] },
  { id: 'read-in-vk', group: 'messages', rules: ['N6'], places: ['inbox'] },
  { id: 'how-many', group: 'limits', rules: ['N7'], places: ['company', 'card'] },
  { id: 'characters', group: 'limits', rules: ['N8'], places: ['newTemplate'] },
  { id: 'images', group: 'limits', rules: ['N9', 'N10', 'N11', 'N12', 'N13'], places: ['newTemplate'] },
  { id: 'buttons', group: 'limits', rules: ['N14'], places: ['newTemplate'] },
  { id: 'following', group: 'general', rules: ['N15'], places: ['mailings'] },
  { id: 'security', group: 'general', rules: ['N16', 'N17', 'N18'], places: ['keys', 'personalData'] },
  { id: 'ttl', group: 'general', rules: ['N19'], places: ['newTemplate', 'deliveries'] },
  { id: 'sending-images', group: 'general', rules: ['N20'], places: ['templates', 'inbox'] },
  { id: 'sending-buttons', group: 'general', rules: ['N21'], places: ['newTemplate'] },
  { id: 'whose-phone', group: 'general', rules: ['N23'], places: ['card', 'deliveries'] },
  { id: 'sender', group: 'general', rules: ['N24'], places: ['communities', 'templates'] },
  { id: 'seen-by-administrator', group: 'general', rules: ['N25'], places: ['deliveries', 'inbox'] },
  { id: 'canned', group: 'desk', rules: [], places: ['canned', 'inbox'] },
  { id: 'not-sent', group: 'desk', rules: [], places: ['inbox'] },
  { id: 'snoozed', group: 'desk', rules: [], places: ['inbox'] },
  { id: 'unread', group: 'desk', rules: [], places: ['inbox'] },
  { id: 'search', group: 'desk', rules: [], places: ['search'] },
  { id: 'history', group: 'desk', rules: [], places: ['card'] },
  { id: 'transcripts', group: 'desk', rules: [], places: ['transcripts', 'search'] },
  { id: 'wall', group: 'desk', rules: [], places: ['wall'] },
  { id: 'late', group: 'desk', rules: [], places: ['breaches', 'company'] },
  { id: 'reports', group: 'desk', rules: [], places: ['reports'] },
  { id: 'ratings', group: 'desk', rules: [], places: ['ratings', 'communities'] },
  { id: 'quality', group: 'desk', rules: [], places: ['quality', 'criteria'] },
  { id: 'own-reviews', group: 'desk', rules: [], places: ['ownReviews'] },
  { id: 'not-resolved', group: 'desk', rules: [], places: ['inbox'] },
] as const satisfies readonly Topic[];

/** One topic with its id. */
export type HelpTopic = Topic & { id: TopicId };
export type TopicId = (typeof topics)[number]['id'];
export const groups = ['messages', 'limits', 'general', 'desk'] as const satisfies readonly Topic['group'][];

export interface Answer {
  question: string;
  /** Paragraphs. */
  text: readonly string[];
  points?: readonly string[];
}

export interface HelpTexts {
  title: string;
  intro: string;
  contents: string;
  find: string;
  /** The number of shown answers. */
  found(count: number): string;
  nothing: string;
  seenIn: string;
  /** Appended to the name of a screen that the reader may not open. */
  openedBy: Record<Role, string>;
  groups: Record<Topic['group'], string>;
  places: Record<Place, string>;
  answers: Record<TopicId, Answer>;
}

export function mayOpen(role: Role, place: Place): boolean {
  return roles.indexOf(role) >= roles.indexOf(places[place].leastRole);
}

/** True when the topic contains every word of the search, in any order; `ё` equals `е`. */
export function isFound({ question, text, points = [] }: Answer, search: string): boolean {
  const all = plain([question, ...text, ...points].join(' '));
  return plain(search)
    .split(/\s+/)
    .every((word) => all.includes(word));
}

const plain = (text: string) => text.toLowerCase().replaceAll('ё', 'е').trim();
