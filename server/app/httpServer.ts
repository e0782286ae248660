/**
 * The port that this process listens on. It listens before the desk is built, because a random port is part of the
 * desk's own address; until then it answers how far the start is.
 */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Express, RequestHandler } from 'express';
import { createStartingApp } from '../http/startingApp.ts';
import { publicUrlAt } from './config.ts';
import type { AppContext } from './context.ts';

export interface HttpServer {
  /** For Socket.IO, which takes over the server's listeners: create it after `serve`. */
  server: Server;
  /** On loopback. */
  url: string;
  /** The address that browsers and networks use. */
  publicUrl: string;
  serve(app: Express): void;
  isServing(): boolean;
}

export async function openHttpServer(
  { config, closing }: AppContext,
  health: RequestHandler,
): Promise<HttpServer> {
  const starting = createStartingApp(health);
  let answer = starting;
  const server = createServer((req, res) => answer(req, res));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(config.port, config.host, resolve);
  });
  closing.add(() => new Promise((resolve) => server.close(resolve)));
  closing.add(() => server.closeAllConnections());
  const { port } = server.address() as AddressInfo;
  return {
    server,
    url: `http://127.0.0.1:${port}`,
    publicUrl: publicUrlAt(config, port),
    serve: (app) => {
      answer = app;
    },
    isServing: () => server.listening && answer !== starting,
  };
}
