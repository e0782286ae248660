/** Problems that axe finds in a drawn component; colours and sizes need a real browser. */
import axe from 'axe-core';

export async function findings(): Promise<string[]> {
  const { violations } = await axe.run(document.body, {
    rules: { region: { enabled: false }, 'color-contrast': { enabled: false } },
  });
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
}
