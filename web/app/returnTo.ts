/** The page that a person asked for before the sign-in. */

/** For the address of the sign-in page. The list itself is where a sign-in leads anyway. */
export function returnSearch(href: string): { to?: string } {
  const to = ownPage(href);
  return to === null || to === '/' ? {} : { to };
}

/**
 * A path of this desk; null for anything else. The address of the sign-in page may come from a stranger's link, which
 * must not lead to another site.
 */
export function ownPage(href: string | undefined): string | null {
  if (!href?.startsWith('/')) return null;
  const base = 'https://desk.invalid';
  if (!URL.canParse(href, base)) return null;
  const { origin, pathname, search, hash } = new URL(href, base);
  return origin === base && pathname !== '/sign-in' ? pathname + search + hash : null;
}
