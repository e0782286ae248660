/** The HTTP contract of people who sign in, and of the first data that a tab loads. */
import { z } from 'zod';
import type { Endpoint } from './endpoint.ts';
import { id } from './schemas/common.ts';
import { communityView } from './schemas/community.ts';
import {
  newPerson,
  ownEmail,
  ownPassword,
  ownReading,
  personAccount,
  personPatch,
  personView,
} from './schemas/person.ts';

const ofPerson = z.object({ personId: id });
const done = z.object({ ok: z.literal(true) });

export const peopleEndpoints = {
  bootstrap: {
    method: 'GET',
    path: '/api/desk',
    summary: 'The signed-in person, the other people, communities and features of this desk',
    role: 'agent',
    status: 200,
    answer: z.object({
      me: personAccount,
      people: z.array(personView),
      communities: z.array(communityView),
      /** The address of the sandbox's page, when this desk runs with one. */
      sandboxUrl: z.string().nullable(),
    }),
  },
  listPeople: {
    method: 'GET',
    path: '/api/people',
    summary: 'Everyone who can sign in',
    role: 'administrator',
    status: 200,
    answer: z.object({ people: z.array(personAccount) }),
  },
  addPerson: {
    method: 'POST',
    path: '/api/people',
    summary: 'Adds a person with a first password, which they must change at their first sign-in',
    role: 'administrator',
    body: newPerson,
    status: 201,
    answer: personAccount,
  },
  changePerson: {
    method: 'PATCH',
    path: '/api/people/:personId',
    summary: 'Changes a name, email, role, communities or password, or switches the person on and off',
    role: 'administrator',
    params: ofPerson,
    body: personPatch,
    status: 200,
    answer: personAccount,
  },
  renameMe: {
    method: 'PATCH',
    path: '/api/me',
    summary: "Changes the caller's name",
    role: 'agent',
    body: personPatch.pick({ name: true }),
    status: 200,
    answer: personAccount,
  },
  changeOwnReading: {
    method: 'PUT',
    path: '/api/me/reading',
    summary: 'Whether opening a thread marks it as read for the caller',
    role: 'supervisor',
    body: ownReading,
    status: 200,
    answer: personAccount,
  },
  changeOwnPassword: {
    method: 'POST',
    path: '/api/me/password',
    summary: "Changes the caller's password, and ends their other sessions",
    role: 'agent',
    body: ownPassword,
    status: 200,
    answer: done,
  },
  changeOwnEmail: {
    method: 'POST',
    path: '/api/me/email',
    summary: 'Changes the email with which the caller signs in',
    role: 'agent',
    body: ownEmail,
    status: 200,
    answer: personAccount,
  },
  signOutEverywhere: {
    method: 'POST',
    path: '/api/me/sessions/end',
    summary: 'Ends all sessions of the caller',
    role: 'agent',
    status: 200,
    answer: done,
  },
} as const satisfies Record<string, Endpoint>;
