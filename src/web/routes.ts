// What people are shown, at which path; machines are answered in plain.ts.
import type { Context, Handler, Hono } from 'hono';
import type { Clock } from '../shared/time.ts';
import { createApp, type Env } from './app.ts';
import { type CalendarFacts, renderCalendar } from './calendar.ts';
import { certificateList, DEFAULT_LIMIT, MAX_LIMIT } from './certificates-json.ts';
import { detailPage } from './detail.ts';
import { byAttention, keepByIdentity } from './order.ts';
import { pageCount, statusPage } from './page.ts';
import { runbookList, runbookPage } from './runbooks.ts';
import type { StatusSource, WebLog } from './sources.ts';

export interface RoutesOptions {
  readonly status: StatusSource;
  readonly log: WebLog;
  readonly clock: Clock;
}

const MAX_NUMBER = 1_000_000;

/** The application; it opens nothing. */
export function createRoutes({ status, log, clock }: RoutesOptions): Hono<Env> {
  const { app, route } = createApp(log);
  route('/', statusAnswer(status, clock));
  route('/certificates/:account/:id', detailAnswer(status, clock));
  route('/api/v1/certificates', listAnswer(status));
  route('/calendar.ics', calendarAnswer(status, clock));
  route('/runbooks', async (c) => c.html(await runbookList()));
  route('/runbooks/:name', runbookAnswer);
  return app;
}

function statusAnswer(status: StatusSource, clock: Clock): Handler<Env> {
  const ordered = keepByIdentity(byAttention);
  return async (c) => {
    const certificates = ordered(status.certificates());
    const last = pageCount(certificates.length);
    const page = queryNumber(c, { name: 'page', least: 1, most: MAX_NUMBER, otherwise: 1 });
    if (typeof page === 'string') return c.text(page, 400);
    if (page > last) return c.text(`There is no page ${page}: the last one is ${last}\n`, 404);
    return c.html(await statusPage({ certificates, monitor: status.monitor(), page, nowMs: clock.wallMs() }));
  };
}

function detailAnswer(status: StatusSource, clock: Clock): Handler<Env> {
  return async (c) => {
    const { account, id } = c.req.param();
    const found = status
      .certificates()
      .find((certificate) => certificate.account === account && certificate.id === id);
    if (found === undefined) return c.text('No such certificate is watched\n', 404);
    return c.html(await detailPage(found, clock.wallMs()));
  };
}

const runbookAnswer: Handler<Env> = async (c) => {
  const page = runbookPage(c.req.param('name') ?? '');
  if (page === null) return c.text('There is no runbook of this name; /runbooks lists them\n', 404);
  return c.html(await page);
};

function listAnswer(status: StatusSource): Handler<Env> {
  return (c) => {
    const limit = queryNumber(c, { name: 'limit', least: 1, most: MAX_LIMIT, otherwise: DEFAULT_LIMIT });
    const offset = queryNumber(c, { name: 'offset', least: 0, most: MAX_NUMBER, otherwise: 0 });
    if (typeof limit === 'string') return c.text(limit, 400);
    if (typeof offset === 'string') return c.text(offset, 400);
    return c.json(
      certificateList({ certificates: status.certificates(), monitor: status.monitor(), limit, offset }),
    );
  };
}

/** The calendar is made when somebody asks for it, and kept until the certificates change. */
function calendarAnswer(status: StatusSource, clock: Clock): Handler<Env> {
  const rendered = keepByIdentity((certificates: CalendarFacts['certificates']) =>
    renderCalendar({
      certificates,
      ladderMs: status.ladderMs(),
      publicUrl: status.monitor().publicUrl,
      nowMs: clock.wallMs(),
    }),
  );
  return async (c) =>
    c.body(await rendered(status.certificates()), 200, {
      'Content-Type': 'text/calendar; charset=utf-8; method=PUBLISH',
      'Content-Disposition': 'inline; filename="certificates.ics"',
    });
}

interface QueryNumber {
  readonly name: string;
  readonly least: number;
  readonly most: number;
  readonly otherwise: number;
}

/** A whole number of the query, what stands there otherwise, or the text that says what is wrong. */
function queryNumber(c: Context<Env>, { name, least, most, otherwise }: QueryNumber): number | string {
  const text = c.req.query(name);
  if (text === undefined) return otherwise;
  const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= least && value <= most) return value;
  return `Cannot use ${name}: it must be a whole number from ${least} to ${most}\n`;
}
