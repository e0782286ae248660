/** Placeholder until the page is drawn. */
export function CommunitiesPage() {
  return <main />;
}
