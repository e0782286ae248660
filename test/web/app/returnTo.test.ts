import { expect, it } from 'vitest';
import { ownPage, returnSearch } from '../../../web/app/returnTo.ts';

it('returns to a page of this desk, with its filter and anchor', () => {
  for (const page of ['/conversations/5?filter=mine', '/help#ttl', '/deliveries?status=read'])
    expect(returnSearch(page)).toEqual({ to: page });
});

it('does not name the list or the sign-in page itself', () => {
  expect(returnSearch('/')).toEqual({});
  expect(returnSearch('/sign-in?to=%2Fhelp')).toEqual({});
});

it.each([
  'https://evil.example/',
  '//evil.example/',
  '/\\evil.example/',
  '/\t/evil.example/',
  '\\\\evil.example',
  'javascript:alert(1)',
  'conversations/5',
  undefined,
])('never leads to another site: %s', (href) => {
  expect(ownPage(href)).toBeNull();
});
