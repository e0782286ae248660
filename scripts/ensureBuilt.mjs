/** Builds when `dist/` is absent or older than the sources; says so, and is silent otherwise. */
import { whyNotBuilt } from './builtState.mjs';

const reason = whyNotBuilt();
if (reason) {
  console.log(`Building: ${reason}.`);
  await import('./build.mjs');
}
