/** The description of one endpoint in the HTTP contract. */
import type { z } from 'zod';
import type { Role } from './schemas/person.ts';

export interface Endpoint {
  method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
  /** Express path under the desk's origin; every `:name` is an id checked by `params`. */
  path: string;
  summary: string;
  /** The lowest role that may call it. */
  role: Role;
  params?: z.ZodType;
  query?: z.ZodType;
  /** JSON, or `multipart` for one file in the field `file`. */
  body?: z.ZodType | 'multipart';
  /** Status of a success. 202 means accepted: the result follows as an event. */
  status: 200 | 201 | 202;
  answer: z.ZodType;
}
