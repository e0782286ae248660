import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

const deskUrl = `http://127.0.0.1:${process.env.PORT ?? 3000}`;

export default defineConfig({
  root: 'web',
  plugins: [react()],
  build: {
    outDir: '../dist/web',
    emptyOutDir: true,
    target: 'es2022',
    rolldownOptions: { input: ['web/index.html', 'web/sandbox.html'] },
  },
  server: {
    port: 5173,
    proxy: {
      '/api': deskUrl,
      '/media': deskUrl,
      '/socket.io': { target: deskUrl, ws: true },
    },
  },
  test: {
    root: '.',
    include: ['test/**/*.test.{ts,tsx}'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
  },
});
