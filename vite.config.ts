import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';
import ByEnvironment from './test/support/sequencer.ts';

/** The desk answers only to pages of its own origin, so the proxy keeps the browser's `Host`. */
const desk = { target: `http://127.0.0.1:${process.env.PORT ?? 3000}`, changeOrigin: false };
const sandbox = { target: `http://127.0.0.1:${process.env.SANDBOX_PORT ?? 3001}`, changeOrigin: false };

/** Absolute paths: the build and the development server resolve relative ones from different folders. */
const pathOf = (file: string) => fileURLToPath(new URL(file, import.meta.url));

export default defineConfig({
  root: 'web',
  plugins: [react()],
  build: {
    outDir: '../dist/web',
    emptyOutDir: true,
    // Lists which files belong together; the bench needs it to measure the first screen.
    manifest: true,
    target: 'es2022',
    rolldownOptions: { input: ['web/index.html', 'web/sandbox.html'].map(pathOf) },
  },
  server: {
    port: 5173,
    proxy: {
      '/api': desk,
      '/media': desk,
      '/socket.io': { ...desk, ws: true },
      '/control': sandbox,
      '/files': sandbox,
      '/ok': sandbox,
      '/avatars': sandbox,
      '/samples': sandbox,
    },
  },
  test: {
    root: '.',
    include: ['test/**/*.test.{ts,tsx}'],
    // The embedded store notes queries that read a whole collection; the run fails when one of the program's grows.
    globalSetup: ['test/support/scanCheck.ts', 'test/support/storeThread.ts'],
    setupFiles: ['test/support/markTestQueries.ts', 'test/support/endTimers.ts'],
    // Each step of a test has a deadline of its own that names what never came (`until`, Playwright's waits). The total
    // only ends a test that hangs outside them: shorter than its steps together, it fired first on a busy machine.
    testTimeout: 120_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
    // Reloading the program for each of two hundred files would take longer than the tests; no test changes it.
    isolate: false,
    sequence: { sequencer: ByEnvironment },
  },
});
