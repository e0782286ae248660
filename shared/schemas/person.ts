/** People who sign in: agents, supervisors, administrators. */
import { z } from 'zod';
import { limits } from '../limits.ts';
import { id } from './common.ts';

export const roles = ['agent', 'supervisor', 'administrator'] as const;
export const role = z.enum(roles);
export type Role = z.infer<typeof role>;

/** The part of a person that everyone in the company may see. */
export const personView = z.object({
  id,
  name: z.string(),
  avatarUrl: z.string().nullable(),
  role,
  isActive: z.boolean(),
});
export type PersonView = z.infer<typeof personView>;

/** The person as seen by themself and by administrators. */
export const personAccount = personView.extend({
  email: z.email(),
  /** Communities in which this person works; null means all of them. */
  communityIds: z.array(id).nullable(),
  /** False for a supervisor who reads without marks: opening a thread changes nothing, and tells nobody. */
  marksRead: z.boolean(),
});
export type PersonAccount = z.infer<typeof personAccount>;

const personName = z.string().trim().min(1).max(limits.personNameChars);
const password = z.string().min(limits.passwordCharsMin).max(limits.passwordCharsMax);

export const newPerson = z.strictObject({
  name: personName,
  email: z.email(),
  password,
  role,
  communityIds: z.array(id).nullable().default(null),
});
export const personPatch = z.strictObject({
  name: personName.optional(),
  email: z.email().optional(),
  role: role.optional(),
  communityIds: z.array(id).nullable().optional(),
  isActive: z.boolean().optional(),
  password: password.optional(),
});

/** Agents always mark what they read. */
export const ownReading = z.strictObject({ marksRead: z.boolean() });

/** What a person changes of their own sign-in; the present password proves that it is them. */
export const ownPassword = z.strictObject({ current: z.string().min(1).max(1024), next: password });
export const ownEmail = z.strictObject({ current: z.string().min(1).max(1024), email: z.email() });
