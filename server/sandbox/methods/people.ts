/** users.get. */
import type { ApiCall, ApiMethod } from '../apiServer.ts';
import type { Views } from '../messageView.ts';
import { badParameter } from '../vkError.ts';
import type { Partly, Responses } from '../vkTypes.ts';
import type { World } from '../world.ts';

export function peopleMethods({ world, views }: { world: World; views: Views }): [string, ApiMethod][] {
  function get({ parameters }: ApiCall): Partly<Responses.UsersGetResponse> {
    const userIds = parameters.texts('user_ids');
    // A community's token has no "current user" to fall back on.
    if (!userIds) throw badParameter('user_ids is undefined');
    if (userIds.length > 1000) throw badParameter('user_ids should contain at most 1000 items');
    const fields = parameters.texts('fields') ?? [];
    return userIds.flatMap((id) => {
      const user = world.vkUser(Number(id.replace(/^id/, '')));
      return user ? [views.user(user, fields)] : [];
    });
  }
  return [['users.get', get]];
}
