/** A page in a network as short as it can be written. */
import type { ClientView } from '../../shared/schemas/client.ts';
import { safeLink } from '../ui/links.ts';

export function pageWords(bond: ClientView['bonds'][number]): string {
  return safeLink(bond.profileUrl)?.replace(/^https?:\/\//, '') ?? bond.externalUserId;
}
