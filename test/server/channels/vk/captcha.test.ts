import { afterEach, beforeEach, expect, it } from 'vitest';
import { toCommunityRef } from '../../../../server/communities/communityRef.ts';
import { until } from '../../../support/until.ts';
import { startVkDesk, type VkDesk } from './vkDesk.ts';
import { anna, groupId } from './vkFixture.ts';

let desk: VkDesk;
beforeEach(async () => {
  desk = await startVkDesk();
});
afterEach(() => desk?.[Symbol.asyncDispose]());

it('becomes a task for administrators after a few repeats, with its address, until a message goes out', async () => {
  const one = await desk.process();
  const { _id } = await desk.connect(one);
  await desk.isIn('live');
  desk.sandbox.control.clientSends({ groupId, userId: anna, text: 'Здравствуйте' });
  const community = toCommunityRef(await desk.community());
  let randomId = 0;
  const send = () =>
    one.vk.channel.send(community, {
      peerId: String(anna),
      randomId: ++randomId,
      text: 'Добрый день',
      files: [],
      replyToExternalId: null,
    });

  desk.sandbox.control.setFaults({ apiErrors: [{ method: 'messages.send', code: 14, times: 3 }] });
  for (let repeat = 1; repeat <= 2; repeat += 1)
    expect(await send()).toMatchObject({ kind: 'later', networkCode: 14 });
  expect((await desk.community()).captcha ?? null).toBeNull();
  await send();
  const url = 'https://api.vk.ru/captcha.php';
  const asked = await until('the task', async () => {
    const found = await desk.community();
    return found.captcha && found;
  });
  expect(asked).toMatchObject({ captcha: { method: 'messages.send', url }, connection: { state: 'live' } });
  await until('screens to be told', () =>
    one.published.some(
      (change) => change.type === 'community.changed' && change.community.captcha?.url === url,
    ),
  );

  expect(await send()).toMatchObject({ kind: 'sent' });
  await until('the task to be gone', async () => (await desk.community()).captcha === null);
  expect((await desk.community())._id).toEqual(_id);
});
