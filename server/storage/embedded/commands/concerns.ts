/** Read and write concerns: those of a server that stands alone are fulfilled, the others are refused as there. */
import type { Document } from 'bson';
import { badValue, CommandError, typeMismatch } from '../errors.ts';
import { isDocument, isNumeric } from '../keys/valueKey.ts';

const readLevels = new Set(['local', 'available', 'majority']);
/** They need a replica set. */
const replicaLevels = new Set(['linearizable', 'snapshot']);
const replicaReadFields = new Set(['afterClusterTime', 'atClusterTime', 'afterOpTime']);

export function checkConcerns({ readConcern, writeConcern }: Document): void {
  if (readConcern !== undefined && readConcern !== null) checkReadConcern(readConcern);
  if (writeConcern !== undefined && writeConcern !== null) checkWriteConcern(writeConcern);
}

function checkReadConcern(readConcern: unknown): void {
  if (!isDocument(readConcern)) throw typeMismatch(`BSON field 'readConcern' is the wrong type`);
  for (const [field, value] of Object.entries(readConcern)) {
    if (replicaReadFields.has(field) || (field === 'level' && replicaLevels.has(String(value)))) {
      throw new CommandError(123, 'node needs to be a replica set member to use read concern');
    }
    if (field === 'provenance') continue;
    if (field !== 'level')
      throw new CommandError(40415, `BSON field 'readConcern.${field}' is an unknown field.`);
    if (typeof value !== 'string') throw typeMismatch(`BSON field 'readConcern.level' is the wrong type`);
    if (!readLevels.has(value)) {
      throw badValue(`Enumeration value '${value}' for field 'readConcern.level' is not a valid value.`);
    }
  }
}

const writeFields = new Set([
  'w',
  'j',
  'journal',
  'fsync',
  'wtimeout',
  'wtimeoutMS',
  'provenance',
  'getLastError',
]);

/** Every write is synced before it is acknowledged, so `j` and `majority` are always fulfilled. */
function checkWriteConcern(writeConcern: unknown): void {
  if (!isDocument(writeConcern)) throw typeMismatch(`BSON field 'writeConcern' is the wrong type`);
  for (const field of Object.keys(writeConcern)) {
    if (!writeFields.has(field))
      throw new CommandError(40415, `BSON field 'writeConcern.${field}' is an unknown field.`);
  }
  const { w } = writeConcern;
  if (w === undefined || w === null || w === 'majority') return;
  if (typeof w === 'string') {
    throw badValue(`cannot use non-majority 'w' mode ${w} when a host is not a member of a replica set`);
  }
  if (!isNumeric(w)) throw new CommandError(9, 'w has to be a number, string, or object');
  if (Number(w) > 1) throw badValue(`cannot use 'w' > 1 when a host is not replicated`);
  if (Number(w) < 0) throw new CommandError(9, 'w has to be a non-negative number');
}
