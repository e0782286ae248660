/**
 * Decides what each person may do and see; no other file decides it. The functions are pure, so HTTP, sockets and
 * queries use the same decision, and a table of cases can test every answer.
 */
import type { Change } from '../../shared/events.ts';
import { type Role, roles } from '../../shared/schemas/person.ts';

/** The part of a person that a decision needs. `communityIds` null means every community. */
export interface Permitted {
  id: string;
  role: Role;
  communityIds: readonly string[] | null;
  isActive: boolean;
}

/** The lowest role that may do each thing. */
const leastRole = {
  answer: 'agent',
  assign: 'agent',
  readFullPhone: 'supervisor',
  exportHistory: 'supervisor',
  /**
   * Service messages to all clients and their statuses. Agents see those of their own clients in the client's card.
   */
  readDeliveries: 'supervisor',
  exportDeliveries: 'supervisor',
  /** The texts sent to clients, in a file as on the screen. */
  readSentTexts: 'supervisor',
  mendDeliveries: 'supervisor',
  /** Canned answers that everybody uses. Each person keeps their own. */
  keepSharedAnswers: 'supervisor',
  manageCommunities: 'administrator',
  managePeople: 'administrator',
  readRegister: 'administrator',
  exportClient: 'administrator',
  eraseClient: 'administrator',
  setRetention: 'administrator',
} as const satisfies Record<string, Role>;
export type Action = keyof typeof leastRole;
export const actions = Object.keys(leastRole) as Action[];

const ALL_COMMUNITIES_ROOM = 'communities:all';

export function hasRole(person: Pick<Permitted, 'role' | 'isActive'>, least: Role): boolean {
  return person.isActive && roles.indexOf(person.role) >= roles.indexOf(least);
}

export function can(person: Pick<Permitted, 'role' | 'isActive'>, action: Action): boolean {
  return hasRole(person, leastRole[action]);
}

/** Administrators see every community: they could assign themselves any community anyway. */
export function visibleCommunityIds(person: Permitted): readonly string[] | 'all' {
  if (!person.isActive) return [];
  if (person.role === 'administrator' || person.communityIds === null) return 'all';
  return person.communityIds;
}

export function canSeeCommunity(person: Permitted, communityId: string): boolean {
  const visible = visibleCommunityIds(person);
  return visible === 'all' || visible.includes(communityId);
}

/**
 * The condition that is added to every query for conversations or their parts. Ids are hexadecimal strings: a model
 * casts them to its own type.
 */
export function conversationFilterFor(person: Permitted): { communityId?: { $in: string[] } } {
  const visible = visibleCommunityIds(person);
  return visible === 'all' ? {} : { communityId: { $in: [...visible] } };
}

/** The condition of every query for canned answers that a person uses: the shared ones, and their own. */
export function cannedAnswersOf(person: Permitted): { ownerId: { $in: (string | null)[] } } {
  return { ownerId: { $in: person.isActive ? [person.id, null] : [] } };
}

/** The same for those that a person may change or delete. */
export function cannedAnswersKeptBy(person: Permitted): { ownerId: { $in: (string | null)[] } } {
  if (!person.isActive) return { ownerId: { $in: [] } };
  return { ownerId: { $in: can(person, 'keepSharedAnswers') ? [person.id, null] : [person.id] } };
}

/** The socket rooms of a person's tabs. When the role or the communities change, the person's sockets are closed. */
export function audienceRooms(person: Permitted): string[] {
  if (!person.isActive) return [];
  const visible = visibleCommunityIds(person);
  const communityRooms = visible === 'all' ? [ALL_COMMUNITIES_ROOM] : visible.map(communityRoom);
  return [personRoom(person.id), roleRoom(person.role), ...communityRooms];
}

/** The rooms that may see a change. A tab in several of them receives it once. */
export function roomsFor(change: Change): string[] {
  switch (change.type) {
    case 'conversation.changed':
      return roomsOfCommunity(change.row.communityId);
    case 'community.changed':
      return roomsOfCommunity(change.community.id);
    case 'person.changed':
    case 'workingTime.changed':
      return roles.map(roleRoom);
    case 'cannedAnswers.changed':
      return change.personId === null ? roles.map(roleRoom) : [personRoom(change.personId)];
    case 'readMark.moved':
    case 'reading.changed':
    case 'draft.changed':
      return [personRoom(change.personId)];
  }
}

function roomsOfCommunity(communityId: string): string[] {
  return [communityRoom(communityId), ALL_COMMUNITIES_ROOM];
}

/** The tabs that show a thread. A tab enters only after a query that has its person's rights. */
export function threadRoom(conversationId: string): string {
  return `thread:${conversationId}`;
}

export function personRoom(personId: string): string {
  return `person:${personId}`;
}

export function sessionRoom(sessionId: string): string {
  return `session:${sessionId}`;
}

function communityRoom(communityId: string): string {
  return `community:${communityId}`;
}

function roleRoom(role: Role): string {
  return `role:${role}`;
}

/** Agents see the country code and the last two digits: enough to compare, not enough to call. */
export function maskPhone(phone: string, role: Role): string {
  if (can({ role, isActive: true }, 'readFullPhone')) return phone;
  const SHOWN_HEAD_CHARS = 2;
  const SHOWN_TAIL_CHARS = 2;
  if (phone.length <= SHOWN_HEAD_CHARS + SHOWN_TAIL_CHARS) return '•'.repeat(phone.length);
  const hiddenChars = phone.length - SHOWN_HEAD_CHARS - SHOWN_TAIL_CHARS;
  return phone.slice(0, SHOWN_HEAD_CHARS) + '•'.repeat(hiddenChars) + phone.slice(-SHOWN_TAIL_CHARS);
}
