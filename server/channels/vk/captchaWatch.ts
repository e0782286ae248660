/**
 * VK asks a community for a captcha when it suspects flooding (error 14), and repeats it until a person has passed the
 * check in a browser. After a few repeats of one method the community gets a task for administrators, with the address
 * that VK names. The method's next success removes the task.
 */
import type { Model } from 'mongoose';
import type { Logger } from 'pino';
import type { Community } from '../../communities/community.model.ts';
import { toCommunityView } from '../../communities/communityView.ts';
import type { PublishCommunity } from '../../communities/connection.ts';
import { currentTime } from '../../work/clock.ts';

/** A single captcha may pass by itself. */
const REPEATS = 3;

export interface CaptchaWatchDeps {
  communities: Model<Community>;
  publish: PublishCommunity;
  logger: Logger;
}

/** What one community's calls tell. */
export interface CaptchaOfCommunity {
  /** @param url null when VK names no address that a person can open. */
  asked(method: string, url: string | null): void;
  passed(method: string): void;
}

export interface CaptchaWatch {
  /** Call it with each fresh reading of the community: another process may have stored the task. */
  of(community: Pick<Community, '_id' | 'captcha'>): CaptchaOfCommunity;
}

export function createCaptchaWatch({ communities, publish, logger }: CaptchaWatchDeps): CaptchaWatch {
  /** How often each method was asked for in a row, by community. */
  const repeatsByCommunity = new Map<string, Map<string, number>>();
  /** The method of the task that the community has. */
  const taskOf = new Map<string, string>();

  async function write(id: Community['_id'], was: object, captcha: Community['captcha']): Promise<void> {
    const changed = await communities
      .findOneAndUpdate({ _id: id, ...was }, { $set: { captcha } }, { returnDocument: 'after' })
      .lean<Community>();
    if (changed) publish({ type: 'community.changed', community: toCommunityView(changed) });
  }
  const warn = (error: unknown) => logger.warn({ err: error }, 'a captcha task could not be stored');

  return {
    of({ _id, captcha }) {
      const id = _id.toHexString();
      if (captcha) taskOf.set(id, captcha.method);
      else taskOf.delete(id);
      return {
        asked(method, url) {
          const repeats = repeatsByCommunity.get(id) ?? new Map<string, number>();
          repeatsByCommunity.set(id, repeats);
          repeats.set(method, (repeats.get(method) ?? 0) + 1);
          if (repeats.get(method) !== REPEATS) return;
          logger.error({ communityId: id, method }, 'VK asks for a captcha: an administrator must pass it');
          taskOf.set(id, method);
          void write(_id, { captcha: null }, { method, url, since: currentTime() }).catch(warn);
        },
        passed(method) {
          repeatsByCommunity.get(id)?.delete(method);
          if (taskOf.get(id) !== method) return;
          taskOf.delete(id);
          void write(_id, { 'captcha.method': method }, null).catch(warn);
        },
      };
    },
  };
}
