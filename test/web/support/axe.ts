/** What axe finds wrong with what a component has drawn; colours and sizes are for a real browser to judge. */
import axe from 'axe-core';

export async function findings(): Promise<string[]> {
  const { violations } = await axe.run(document.body, {
    rules: { region: { enabled: false }, 'color-contrast': { enabled: false } },
  });
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
}
