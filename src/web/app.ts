// What every set of paths has in common: GET and HEAD alone, and texts where there is nothing or something fails.
import type { HttpBindings } from '@hono/node-server';
import { type Handler, Hono } from 'hono';
import { ALLOWED_METHODS, loggedPath, TEXTS } from './plain.ts';
import type { WebLog } from './sources.ts';

export type Env = { Bindings: HttpBindings };

export interface App {
  readonly app: Hono<Env>;
  readonly route: (path: string, answer: Handler<Env>) => void;
}

export function createApp(log: WebLog): App {
  const app = new Hono<Env>();
  app.notFound((c) => c.text(TEXTS.nothing, 404));
  app.onError((error, c) => {
    log.error({ err: error, path: loggedPath(c.req.path) }, 'Cannot answer a request');
    return c.text(TEXTS.failed, 500);
  });
  return {
    app,
    route(path, answer) {
      app.get(path, answer);
      app.all(path, (c) => c.text(TEXTS.readOnly, 405, { Allow: ALLOWED_METHODS }));
    },
  };
}
