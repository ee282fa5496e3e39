// The pages for people: what makes them is loaded for the first who asks, so that a monitor that only machines ask stays small.
import type { RequestListener } from 'node:http';
import type { Answer } from './plain.ts';
import type { RoutesOptions } from './routes.ts';

/** The framework takes Node's own Request and Response, with all of fetch behind them: 25 ms and 9 MB. */
export function createPages(options: RoutesOptions): Answer {
  let loading: Promise<RequestListener> | null = null;

  async function load(): Promise<RequestListener> {
    const [{ getRequestListener }, { createRoutes }] = await Promise.all([
      import('@hono/node-server'),
      import('./routes.ts'),
    ]);
    return getRequestListener(createRoutes(options).fetch);
  }

  return async (request, response) => {
    loading ??= load();
    const answer = await loading;
    if (!response.destroyed) answer(request, response);
  };
}
