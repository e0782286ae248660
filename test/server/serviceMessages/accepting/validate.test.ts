/** Validating many requests at once costs one query for their shared data. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { validateAll } from '../../../../server/serviceMessages/accepting/validate.ts';
import { createApprovedVersions } from '../../../../server/templates/approvedVersions.ts';
import { request, type SendingFixture, startSending } from '../sendingFixture.ts';
import { steeredNetwork } from '../steeredNetwork.ts';

let sending: SendingFixture;
beforeAll(async () => {
  sending = await startSending({ channels: steeredNetwork().channels });
  await sending.approve('draft');
  await sending.templates.updateOne({ name: 'draft' }, { $set: { approved: null } });
});
afterAll(() => sending?.[Symbol.asyncDispose]());

it('tells a template that is not approved from an unknown one, with one query for a thousand requests', async () => {
  const asked: string[] = [];
  const templates = new Proxy(sending.templates, {
    get: (model, key) => {
      asked.push(String(key));
      const value: unknown = Reflect.get(model, key, model);
      return typeof value === 'function' ? value.bind(model) : value;
    },
  });
  const deps = {
    communities: sending.communities,
    templates,
    approvedVersions: createApprovedVersions(sending.templates),
    phones: sending.phones,
    limits: { blocked: async () => new Set<string>(), hours: async () => () => null },
  };
  const names = ['draft', 'unknown', 'orderReady', 'draft'];
  const requests = Array.from({ length: 1_000 }, (_, at) => request({ template: names[at % 4]! }));
  const validated = await validateAll(deps, sending.sender, requests, new Date());
  const codes = validated.map((each) => (each.kind === 'valid' ? 'valid' : each.refusal.code));
  expect(codes.slice(0, 4)).toEqual([
    'templateNotApproved',
    'templateNotFound',
    'valid',
    'templateNotApproved',
  ]);
  expect(codes.filter((code) => code === 'templateNotApproved')).toHaveLength(500);
  expect(asked).toEqual(['distinct']);
});

it('goes only through the communities that the sender may use', async () => {
  const routeFor = async (communityIds?: string[]) => {
    const sender = { ...sending.sender, ...(communityIds && { communityIds }) };
    const [validated] = await validateAll(sending.acceptDeps, sender, [request()], new Date());
    return validated?.kind === 'valid'
      ? validated.content.route.map(({ network }) => network)
      : validated?.refusal.code;
  };
  const { vk, ok } = sending;
  expect(await routeFor()).toEqual(['vk', 'ok']);
  expect(await routeFor([ok.id, vk.id])).toEqual(['vk', 'ok']);
  expect(await routeFor([ok.id])).toEqual(['ok']);
  expect(await routeFor([])).toBe('routeUnavailable');
});
