/** Writes `.env.example` from the program's own table of settings; run it after a setting has changed. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { envExample } from '../test/server/app/envExample.ts';
import { rootDir } from './steps.mjs';

writeFileSync(join(rootDir, '.env.example'), envExample());
