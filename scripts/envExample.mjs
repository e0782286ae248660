/** Writes `.env.example` from the program's own table of settings; run it after a change of a setting. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { envExample } from '../test/server/app/envExample.ts';
import { rootDir } from './steps.mjs';

writeFileSync(join(rootDir, '.env.example'), envExample());
