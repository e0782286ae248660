/** Placeholder until the page is drawn. */
export function PeoplePage() {
  return <main />;
}
