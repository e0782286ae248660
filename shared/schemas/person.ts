/** People who sign in: agents, supervisors, administrators. */
import { z } from 'zod';
import { limits } from '../limits.ts';
import { id } from './common.ts';

export const roles = ['agent', 'supervisor', 'administrator'] as const;
export const role = z.enum(roles);
export type Role = z.infer<typeof role>;

/** What any colleague may see of a person. */
export const personView = z.object({
  id,
  name: z.string(),
  avatarUrl: z.string().nullable(),
  role,
  isActive: z.boolean(),
});
export type PersonView = z.infer<typeof personView>;

/** What a person sees of themself, and an administrator of anyone. */
export const personAccount = personView.extend({
  email: z.email(),
  /** Communities this person works in; null means all of them. */
  communityIds: z.array(id).nullable(),
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
  role: role.optional(),
  communityIds: z.array(id).nullable().optional(),
  isActive: z.boolean().optional(),
  password: password.optional(),
});
