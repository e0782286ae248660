/** The desk for whoever changes it: the server restarts and the screens reload by themselves. */
import { binOf, endAll, start } from './steps.mjs';

// The server's own addresses show the built screens; these two show the sources.
console.log('Screens that reload: http://localhost:5173 (desk), http://localhost:5173/sandbox.html (phones)');
const parts = [
  start(process.execPath, [binOf('tsx'), 'watch', '--clear-screen=false', 'server/main.ts']),
  start(process.execPath, [binOf('vite'), '--clearScreen', 'false']),
];
const exitCode = await Promise.race(parts.map((part) => part.done));
endAll();
await Promise.all(parts.map((part) => part.done));
process.exit(process.exitCode ?? exitCode);
