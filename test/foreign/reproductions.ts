/** Each known fault of the foreign server, once more. One that is mended fails here: its entry in the list must go. */
import { ObjectId } from 'mongodb';
import { describe, expect, it } from 'vitest';
import { openTestDatabase } from '../server/storage/embedded/testDatabase.ts';
import { foreignFaults } from './faults.ts';

const test = openTestDatabase();

describe('still wrong on the foreign server', () => {
  it.each(foreignFaults.map((each) => [each.fault, each] as const))('%s', async (_, { isRight }) => {
    const things = test.db.collection(`c${new ObjectId().toHexString()}`);
    expect(await isRight(things, test.client).catch(() => false)).toBe(false);
  });
});
