/** Every migration, in order: the first leads from schema version 0 to 1. Append only; never change or remove one. */
import { countAnsweredReplies } from './countAnsweredReplies.ts';
import type { Migration } from './migration.ts';
import { renameToExpiryDueAt } from './renameToExpiryDueAt.ts';
import { sumDeliveryDays } from './sumDeliveryDays.ts';
import { takeSnoozedOffLists } from './takeSnoozedOffLists.ts';

export const migrations: readonly Migration[] = [
  renameToExpiryDueAt,
  takeSnoozedOffLists,
  countAnsweredReplies,
  sumDeliveryDays,
];
