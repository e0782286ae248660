/** Finds a Chromium for the journeys, or installs one: Debian's as root, Playwright's own elsewhere. */
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

/** The path of an executable; ends the script with what to do when there is none. */
export async function findChromium() {
  const given = process.env.CHROMIUM_PATH;
  if (given) {
    if (existsSync(given)) return given;
    console.error(`CHROMIUM_PATH names ${given}, and there is nothing there.`);
    process.exit(1);
  }
  const found = installed();
  if (found) return found;

  const isDebianRoot = process.getuid?.() === 0 && existsSync('/usr/bin/apt-get');
  console.log(`No Chromium here: installing ${isDebianRoot ? "Debian's" : "Playwright's own"}.`);
  const exitCode = isDebianRoot ? await installFromDebian() : await installFromPlaywright();
  const made = installed();
  if (exitCode === 0 && made) return made;
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
