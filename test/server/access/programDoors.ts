/** The doors of the program as it stands: its routes from express itself, its socket events from the contract. */
import { readFileSync } from 'node:fs';
import express, { type Express } from 'express';

interface Layer {
  route?: { path: string; methods: Record<string, boolean> };
  handle?: { stack?: Layer[] };
}

/** Notes every express app that is made until the returned function is called; that one gives them. */
export function noteApps(): () => Express[] {
  const { application } = express as unknown as { application: { init(): void } };
  const { init } = application;
  const apps: Express[] = [];
  application.init = function noteAndInit(this: Express) {
    apps.push(this);
    return init.call(this);
  };
  return () => {
    application.init = init;
    return apps;
  };
}

/** `GET /api/people` for every route, those of nested routers included. */
export function routesOf(app: Express): string[] {
  const walk = (layers: Layer[]): string[] =>
    layers.flatMap(({ route, handle }) =>
      route
        ? Object.keys(route.methods).map((method) => `${method.toUpperCase()} ${route.path}`)
        : walk(handle?.stack ?? []),
    );
  return [...new Set(walk((app as unknown as { router: { stack: Layer[] } }).router.stack))];
}

/** The event names of one of the two interfaces in `shared/events.ts`. */
export function socketEvents(side: 'ClientToServer' | 'ServerToClient'): string[] {
  const text = readFileSync(new URL('../../../shared/events.ts', import.meta.url), 'utf8');
  const body = new RegExp(`export interface ${side} \\{(.*?)^\\}`, 'ms').exec(text)?.[1] ?? '';
  return [...body.matchAll(/^ {2}'?([\w:]+)'?: /gm)].map(([, name]) => name!);
}
