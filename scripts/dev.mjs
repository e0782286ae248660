/** The desk for developers: the server restarts and the screens reload by themselves. */
import { binOf, endAll, start } from './steps.mjs';

// The server's own addresses show the built screens; these two show the sources.
console.log('Screens that reload: http://localhost:5173 (desk), http://localhost:5173/sandbox.html (phones)');
const processes = [
  start(process.execPath, [binOf('tsx'), 'watch', '--clear-screen=false', 'server/main.ts']),
  start(process.execPath, [binOf('vite'), '--clearScreen', 'false']),
];
const exitCode = await Promise.race(processes.map((child) => child.done));
endAll();
await Promise.all(processes.map((child) => child.done));
process.exit(process.exitCode ?? exitCode);
