// What people are shown, at which path; machines are answered in plain.ts.
import type { Hono } from 'hono';
import type { Clock } from '../shared/time.ts';
import { createAnswers } from './answer.ts';
import { createApp, type Env } from './app.ts';
import { createCatalogue } from './catalogue.ts';
import { calendarAnswer, listAnswer, openApiAnswer } from './machine-routes.ts';
import type { StatusSource, WebLog } from './sources.ts';
import { detailAnswer, runbookAnswer, statusAnswer } from './status-routes.ts';

export interface RoutesOptions {
  readonly status: StatusSource;
  readonly log: WebLog;
  readonly clock: Clock;
}

/** The application; it opens nothing. */
export function createRoutes({ status, log, clock }: RoutesOptions): Hono<Env> {
  const { app, route } = createApp(log);
  const parts = { status, catalogue: createCatalogue(status), answer: createAnswers(), clock };
  route('/', statusAnswer(parts));
  route('/certificates/:account/:id', detailAnswer(parts));
  route('/api/v1/certificates', listAnswer(parts));
  route('/api/v1/openapi.json', openApiAnswer(parts));
  route('/calendar.ics', calendarAnswer(parts));
  route('/runbooks', runbookAnswer(parts));
  route('/runbooks/:name', runbookAnswer(parts));
  return app;
}
