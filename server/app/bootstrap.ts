/** What a tab loads first and again after a gap: the people, and the communities that the person may see. */
import type { CommunityView } from '../../shared/schemas/community.ts';
import type { PersonView } from '../../shared/schemas/person.ts';
import type { People } from '../auth/people.ts';
import { canSeeCommunity } from '../auth/permissions.ts';
import { toPersonView } from '../auth/personDocument.ts';
import type { SignedInPerson } from '../auth/signedIn.ts';
import { toCommunityView } from '../communities/communityView.ts';
import { listCommunities } from '../communities/listCommunities.ts';
import type { AppContext } from './context.ts';

export interface Bootstrap {
  people(): Promise<PersonView[]>;
  communitiesFor(person: SignedInPerson): Promise<CommunityView[]>;
}

export function createBootstrap({ store }: AppContext, people: People): Bootstrap {
  return {
    people: async () => (await people.listPeople()).map(toPersonView),
    communitiesFor: async (person) =>
      (await listCommunities(store.communities, store.companyId))
        .filter((community) => canSeeCommunity(person, community._id.toHexString()))
        .map(toCommunityView),
  };
}
