// The answers to probes: the process moves, and it is ready.
import type { Context, Hono } from 'hono';
import { type App, createApp, type Env } from './app.ts';
import type { Health, HealthSource, WebLog } from './sources.ts';

/** The application of a port that answers probes and nothing else; it opens nothing. */
export function createProbeRoutes({ health, log }: { health: HealthSource; log: WebLog }): Hono<Env> {
  const { app, route } = createApp(log);
  routeProbes(route, health);
  return app;
}

export function routeProbes(route: App['route'], health: HealthSource): void {
  route('/healthz', (c) => healthAnswer(c, health.live()));
  route('/readyz', (c) => healthAnswer(c, health.ready()));
}

function healthAnswer(c: Context<Env>, { ok, reason }: Health): Response {
  return c.json({ status: ok ? 'ok' : 'failing', reason }, ok ? 200 : 503);
}
