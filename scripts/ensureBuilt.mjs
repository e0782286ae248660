/** Builds when `dist/` is absent or older than the sources, and prints why; otherwise prints nothing. */
import { whyNotBuilt } from './builtState.mjs';

const reason = whyNotBuilt();
if (reason) {
  console.log(`Building: ${reason}.`);
  await import('./build.mjs');
}
