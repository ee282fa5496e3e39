// What every set of paths has in common: GET and HEAD alone, and texts where there is nothing or something fails.
import type { HttpBindings } from '@hono/node-server';
import { type Handler, Hono } from 'hono';
import type { WebLog } from './sources.ts';

export type Env = { Bindings: HttpBindings };

export interface App {
  readonly app: Hono<Env>;
  readonly route: (path: string, answer: Handler<Env>) => void;
}

const MAX_LOGGED_PATH = 200;

export function createApp(log: WebLog): App {
  const app = new Hono<Env>();
  app.notFound((c) => c.text('There is nothing at this address\n', 404));
  app.onError((error, c) => {
    log.error({ err: error, path: c.req.path.slice(0, MAX_LOGGED_PATH) }, 'Cannot answer a request');
    return c.text('Cannot answer: something went wrong in the monitor, its log says what\n', 500);
  });
  return {
    app,
    route(path, answer) {
      app.get(path, answer);
      app.all(path, (c) => c.text('Only GET and HEAD are answered here\n', 405, { Allow: 'GET, HEAD' }));
    },
  };
}
