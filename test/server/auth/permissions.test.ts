import { describe, expect, it } from 'vitest';
import {
  type Action,
  actions,
  audienceRooms,
  can,
  cannedAnswersKeptBy,
  cannedAnswersOf,
  canSeeCommunity,
  conversationFilterFor,
  hasRole,
  maskPhone,
  type Permitted,
  personRoom,
  roomsFor,
  threadRoom,
  visibleCommunityIds,
} from '../../../server/auth/permissions.ts';
import type { Change } from '../../../shared/events.ts';
import { type Role, roles } from '../../../shared/schemas/person.ts';

const north = 'a'.repeat(24);
const south = 'b'.repeat(24);
const person = (role: Role, communityIds: string[] | null = null, isActive = true): Permitted => ({
  id: 'f'.repeat(24),
  role,
  communityIds,
  isActive,
});
const conversationOf = (communityId: string) =>
  ({ type: 'conversation.changed', row: { communityId } }) as Change;
const communityChange = (id: string) => ({ type: 'community.changed', community: { id } }) as Change;
const personChange = { type: 'person.changed', person: { id: 'c'.repeat(24) } } as Change;

describe('what each role may do', () => {
  const allowed: Record<Action, Role[]> = {
    answer: ['agent', 'supervisor', 'administrator'],
    assign: ['agent', 'supervisor', 'administrator'],
    readFullPhone: ['supervisor', 'administrator'],
    exportHistory: ['supervisor', 'administrator'],
    readDeliveries: ['supervisor', 'administrator'],
    exportDeliveries: ['supervisor', 'administrator'],
    readSentTexts: ['supervisor', 'administrator'],
    mendDeliveries: ['supervisor', 'administrator'],
    keepSharedAnswers: ['supervisor', 'administrator'],
    manageCommunities: ['administrator'],
    managePeople: ['administrator'],
    readRegister: ['administrator'],
    exportClient: ['administrator'],
    eraseClient: ['administrator'],
    setRetention: ['administrator'],
  };
  it('has a row in this table for every action', () => {
    expect(Object.keys(allowed).sort()).toEqual([...actions].sort());
  });
  for (const action of actions)
    for (const role of roles)
      it(`${role} ${allowed[action].includes(role) ? 'may' : 'may not'} ${action}`, () => {
        expect(can(person(role), action)).toBe(allowed[action].includes(role));
        expect(can(person(role, null, false), action)).toBe(false);
      });
  it('allows a higher role everything that a lower one may do', () => {
    const table = roles.map((role) => roles.map((least) => hasRole(person(role), least)));
    expect(table).toEqual([
      [true, false, false],
      [true, true, false],
      [true, true, true],
    ]);
  });
});

it('lets everybody use the shared canned answers and their own, and supervisors keep the shared ones', () => {
  const { id } = person('agent');
  const table = roles.map((role) => [
    cannedAnswersOf(person(role)).ownerId.$in,
    cannedAnswersKeptBy(person(role)).ownerId.$in,
  ]);
  expect(table).toEqual([
    [[id, null], [id]],
    [
      [id, null],
      [id, null],
    ],
    [
      [id, null],
      [id, null],
    ],
  ]);
  const former = person('administrator', null, false);
  expect([cannedAnswersOf(former), cannedAnswersKeptBy(former)]).toEqual([
    { ownerId: { $in: [] } },
    { ownerId: { $in: [] } },
  ]);
});

describe('which communities a person sees', () => {
  const cases: [string, Permitted, readonly string[] | 'all'][] = [
    ['an agent of all', person('agent'), 'all'],
    ['an agent of one', person('agent', [north]), [north]],
    ['an agent of none', person('agent', []), []],
    ['a supervisor of one', person('supervisor', [south]), [south]],
    ['an administrator, whatever is written', person('administrator', [north]), 'all'],
    ['nobody who is switched off', person('administrator', null, false), []],
  ];
  for (const [who, permitted, visible] of cases)
    it(`${who}: the same answer for lists, single ones and queries`, () => {
      expect(visibleCommunityIds(permitted)).toEqual(visible);
      for (const communityId of [north, south])
        expect(canSeeCommunity(permitted, communityId)).toBe(
          visible === 'all' || visible.includes(communityId),
        );
      expect(conversationFilterFor(permitted)).toEqual(
        visible === 'all' ? {} : { communityId: { $in: visible } },
      );
    });
});

describe('who receives a change', () => {
  const hears = (permitted: Permitted, change: Change) => {
    const joined = audienceRooms(permitted);
    return roomsFor(change).some((room) => joined.includes(room));
  };
  const listeners = [
    person('agent'),
    person('agent', [north]),
    person('agent', [north, south]),
    person('agent', []),
    person('supervisor', [south]),
    person('administrator', []),
    person('agent', [north], false),
    person('administrator', null, false),
  ];
  it('is exactly who may see the community', () => {
    for (const permitted of listeners)
      for (const communityId of [north, south]) {
        expect(hears(permitted, conversationOf(communityId))).toBe(canSeeCommunity(permitted, communityId));
        expect(hears(permitted, communityChange(communityId))).toBe(canSeeCommunity(permitted, communityId));
      }
  });
  it('is every active person for a change of a person', () => {
    for (const permitted of listeners) expect(hears(permitted, personChange)).toBe(permitted.isActive);
  });
  it('names rooms that cannot be confused', () => {
    expect(audienceRooms(person('agent', [north]))).toEqual([
      personRoom('f'.repeat(24)),
      'role:agent',
      `community:${north}`,
    ]);
    expect(audienceRooms(person('agent'))).toContain('communities:all');
    expect(threadRoom(north)).toBe(`thread:${north}`);
  });
});

describe('a phone', () => {
  const cases: [string, Role, string][] = [
    ['+79161234567', 'agent', '+7••••••••67'],
    ['+79161234567', 'supervisor', '+79161234567'],
    ['+79161234567', 'administrator', '+79161234567'],
    ['1234', 'agent', '••••'],
    ['', 'agent', ''],
  ];
  for (const [phone, role, shown] of cases)
    it(`${phone || 'that is empty'} is ${shown || 'empty'} to a ${role}`, () => {
      expect(maskPhone(phone, role)).toBe(shown);
    });
});
