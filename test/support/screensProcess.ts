/** One more desk in the test's process, on the store of the first one: it only serves screens, as `ROLES=web` does. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from '../../server/app/config.ts';
import { type DeskTiming, startDesk } from '../../server/app/createServer.ts';
import { quickTiming, type TestDesk } from './startDesk.ts';
import { silent } from './store.ts';

export interface ScreensProcess extends AsyncDisposable {
  url: string;
  dataDir: string;
}

export interface ScreensProcessOptions {
  /** The first one's store and its network, the sandbox. */
  first: Pick<TestDesk, 'sandbox'>;
  storeUri: string;
  secretKey: string;
  timing?: DeskTiming;
}

/** It has a data folder of its own, which goes with it. */
export async function startScreensProcess({
  first,
  storeUri,
  secretKey,
  timing = quickTiming,
}: ScreensProcessOptions): Promise<ScreensProcess> {
  const dataDir = await mkdtemp(join(tmpdir(), 'notify-inbox-screens-'));
  const config = readConfig({
    PORT: '0',
    MONGODB_URI: storeUri,
    SECRET_KEY: secretKey,
    SANDBOX: 'off',
    VK_API_URL: first.sandbox.apiBaseUrl,
    OK_API_URL: first.sandbox.okBaseUrl,
    ROLES: 'web',
    DATA_DIR: dataDir,
  });
  const desk = await startDesk(config, { logger: silent, webDir: null, timing });
  return {
    url: desk.url,
    dataDir,
    async [Symbol.asyncDispose]() {
      await desk.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
