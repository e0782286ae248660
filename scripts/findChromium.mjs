/** Finds a Chromium for the journeys, or installs one: Debian's package for root, otherwise Playwright's own. */
import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';
import { binOf, start } from './steps.mjs';

const known = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];

/** Returns the path of an executable; without one, ends the script and prints what to do. */
export async function findChromium() {
  const configured = process.env.CHROMIUM_PATH;
  if (configured) {
    if (existsSync(configured)) return configured;
    console.error(`CHROMIUM_PATH names ${configured}, which does not exist.`);
    process.exit(1);
  }
  const existing = installed();
  if (existing) return existing;

  const isDebianRoot = process.getuid?.() === 0 && existsSync('/usr/bin/apt-get');
  console.log(`No Chromium here: installing ${isDebianRoot ? "Debian's" : "Playwright's own"}.`);
  const exitCode = isDebianRoot ? await installFromDebian() : await installFromPlaywright();
  const added = installed();
  if (exitCode === 0 && added) return added;
  console.error(
    'No Chromium could be installed. Install one by hand (Debian: apt-get install chromium) ' +
      'or name it: CHROMIUM_PATH=/path/to/chromium npm test',
  );
  process.exit(1);
}

function installed() {
  return [...known, chromium.executablePath()].find((path) => path && existsSync(path)) ?? null;
}

async function installFromDebian() {
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  const updated = await start('apt-get', ['update', '-q'], { env }).done;
  if (updated !== 0) return updated;
  return start(
    'apt-get',
    ['install', '-y', '-q', '--no-install-recommends', 'chromium', 'fonts-dejavu-core'],
    { env },
  ).done;
}

function installFromPlaywright() {
  return start(process.execPath, [binOf('playwright-core'), 'install', 'chromium']).done;
}
