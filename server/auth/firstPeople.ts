/**
 * The people of a new desk: the first administrator, and sample agents when the sandbox runs. Their passwords are in
 * a file of the data folder that only its owner may read.
 */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Db } from 'mongodb';
import type { Role } from '../../shared/schemas/person.ts';
import { readPrivateFile, SecretsError, writePrivateFileOnce } from '../storage/secretsFile.ts';
import { makePassword } from './makePassword.ts';
import type { People } from './people.ts';
import { authCollections } from './personDocument.ts';

const FILE_NAME = 'first-administrator.txt';
const ADMINISTRATOR_EMAIL = 'admin@example.com';

const administrator = { name: 'Администратор', email: ADMINISTRATOR_EMAIL, role: 'administrator' } as const;
/** People who try the desk beside a sandbox. */
export const samplePeople = [
  { name: 'Анна Соколова', email: 'anna@example.com', role: 'agent' },
  { name: 'Иван Петров', email: 'ivan@example.com', role: 'agent' },
  { name: 'Мария Орлова', email: 'maria@example.com', role: 'supervisor' },
] as const;

export interface FirstPerson {
  name: string;
  email: string;
  role: Role;
  password: string;
}
export interface FirstPeople {
  /** True at the very first start only. */
  isNew: boolean;
  /** As they were created; a person may have changed them since. Empty when the file is gone. */
  people: FirstPerson[];
  filePath: string;
}

/**
 * Creates the first people of a new desk, otherwise reads them from the file. Safe when several processes start at
 * once and after a crash halfway: the passwords are on disk before any person is created.
 */
export async function firstPeople(deps: {
  db: Db;
  people: People;
  dataDir: string;
  withSamples: boolean;
}): Promise<FirstPeople> {
  const filePath = join(deps.dataDir, FILE_NAME);
  const accounts = deps.db.collection(authCollections.accounts);
  const wanted = [administrator, ...(deps.withSamples ? samplePeople : [])];
  if ((await accounts.findOne({})) !== null)
    return { isNew: false, people: await readPeople(filePath), filePath };

  await writePrivateFileOnce(
    filePath,
    fileText(wanted.map((person) => ({ ...person, password: makePassword() }))),
  );
  const made = await readPeople(filePath);
  if (made.length === 0)
    throw new SecretsError(`${filePath} does not hold the first people's passwords; remove it`);
  // Sample people try the desk beside a sandbox, with nobody's data: their passwords may stay.
  const mustChangePassword = !deps.withSamples;
  let areAllOurs = true;
  for (const person of made) {
    const added = await deps.people.addPerson({ ...person, communityIds: null }, { mustChangePassword });
    if (added.kind === 'emailTaken') await completeAdding(deps, person, mustChangePassword);
    if (added.kind === 'emailTaken' || !added.isPasswordStored) areAllOurs = false;
  }
  // Trying a password costs a tenth of a second, so only passwords that may be another process's are tried.
  const people = areAllOurs ? made : await keepOurs(deps.people, made, filePath);
  return { isNew: true, people, filePath };
}

/**
 * Another machine with its own folder may have created the same people: then the passwords in this file are wrong.
 */
async function keepOurs(people: People, made: FirstPerson[], filePath: string): Promise<FirstPerson[]> {
  const isOurs = await Promise.all(made.map(({ email, password }) => people.isPassword(email, password)));
  const ours = made.filter((_, index) => isOurs[index]);
  if (ours.length === made.length) return made;
  await rm(filePath, { force: true });
  if (ours.length > 0) await writePrivateFileOnce(filePath, fileText(ours));
  return ours;
}

/** The person was created by another process, or by one that crashed before it stored the password. */
async function completeAdding(
  { db, people }: { db: Db; people: People },
  person: FirstPerson,
  mustChangePassword: boolean,
): Promise<void> {
  const document = await db.collection(authCollections.people).findOne({ email: person.email });
  if (!document) return;
  const hasAccount = await db.collection(authCollections.accounts).findOne({ userId: document._id });
  if (!hasAccount)
    await people.changePerson(
      document._id.toHexString(),
      { password: person.password },
      { mustChangePassword },
    );
}

function fileText(people: FirstPerson[]): string {
  const lines = people.map(({ email, password, role, name }) => [email, password, role, name].join('\t'));
  return ['# Made at the first start. Change the passwords, then remove this file.', ...lines, ''].join('\n');
}

async function readPeople(filePath: string): Promise<FirstPerson[]> {
  const text = (await readPrivateFile(filePath)) ?? '';
  return text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => line.split('\t'))
    .flatMap(([email, password, role, name]) => {
      const known = [administrator, ...samplePeople].find((person) => person.email === email);
      return known && password && role && name ? [{ ...known, password }] : [];
    });
}
