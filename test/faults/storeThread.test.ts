import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { startDeskProcess } from '../support/deskProcess.ts';
import { freePort } from '../support/freePort.ts';

const preloaded = new URL('../support/endStoreThread.mjs', import.meta.url).href;

it('a desk whose embedded store has died ends with a code, instead of living on without a store', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'notify-inbox-thread-'));
  try {
    const desk = await startDeskProcess(
      { PORT: String(await freePort()), SANDBOX: 'off', DATA_DIR: dataDir },
      ['--import', preloaded],
    );
    process.kill(desk.pid, 'SIGUSR2');
    // Ended by a signal: a shell and a supervisor see 137.
    expect(await desk.ended).toBeNull();
    expect(desk.output()).toContain('the embedded store ended');
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
});
