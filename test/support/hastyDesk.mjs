/** The built desk with short intervals, for tests that kill it and cannot wait for a production lease. */

import { readConfig } from '../../dist/server/app/config.js';
import { startDesk } from '../../dist/server/app/createServer.js';
import { createLogger } from '../../dist/server/observability/logger.js';

const { DESK_TIMING = '{}', ...env } = process.env;
const config = readConfig(env);
const desk = await startDesk(config, {
  logger: createLogger(config.logLevel),
  webDir: null,
  timing: JSON.parse(DESK_TIMING),
});
process.once('SIGTERM', () => desk.close().then(() => process.exit(0)));
