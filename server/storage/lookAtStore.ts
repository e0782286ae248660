/**
 * Asks the store about encryption at rest: the embedded store about the disk under its folder, MongoDB about its own
 * files. No server reports whether its disk is encrypted.
 */
import mongoose from 'mongoose';
import { z } from 'zod';
import { type StorageFinding, storageFinding } from '../../shared/schemas/personalData.ts';
import { classifyStoreError } from './classifyStoreError.ts';

/** Runs a command of the admin database. */
export type AskStore = (command: Record<string, unknown>) => Promise<unknown>;

export interface StoreLook {
  found: StorageFinding;
  /** The kernel's numbers of the disk under the embedded store's folder. */
  device: string | null;
}

/** `serverStatus` of MongoDB Enterprise, and of the embedded store, which adds what it found. */
const serverStatus = z.object({
  encryptionAtRest: z
    .object({
      encryptionEnabled: z.boolean().optional(),
      found: storageFinding.optional(),
      device: z.string().nullable().optional(),
    })
    .optional(),
});
/** `getCmdLineOpts`: Percona Server for MongoDB has the same setting, but its `serverStatus` lacks it. */
const commandLine = z.object({
  parsed: z
    .object({ security: z.object({ enableEncryption: z.boolean().optional() }).optional() })
    .optional(),
});

/** Rejects when the store does not answer; a refused command is a valid answer. */
export async function lookAtStore(ask: AskStore): Promise<StoreLook> {
  const status = await answerOf(serverStatus, () => ask({ serverStatus: 1 }));
  const { encryptionEnabled, found, device = null } = status?.encryptionAtRest ?? {};
  if (found !== undefined) return { found, device };
  if (encryptionEnabled === true) return { found: 'serverEncrypts', device: null };
  const options = await answerOf(commandLine, () => ask({ getCmdLineOpts: 1 }));
  const isSet = options?.parsed?.security?.enableEncryption;
  if (isSet === true) return { found: 'serverEncrypts', device: null };
  if (encryptionEnabled === false || isSet === false) return { found: 'serverDoesNot', device: null };
  return { found: status === null || options === null ? 'serverRefused' : 'serverSilent', device: null };
}

/** Null when the server refuses: the desk does not need rights to read the server's state. */
async function answerOf<T>(schema: z.ZodType<T>, asking: () => Promise<unknown>): Promise<T | null> {
  try {
    return schema.safeParse(await asking()).data ?? null;
  } catch (error) {
    const isRefusal =
      error instanceof mongoose.mongo.MongoServerError && classifyStoreError(error) !== 'away';
    if (isRefusal) return null;
    throw error;
  }
}
