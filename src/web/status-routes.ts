// What people look at: the status page and the page of one certificate.
import type { Context, Handler } from 'hono';
import { type CertificateKey, keyText } from '../certificates/certificate.ts';
import { LANGUAGES, type Language } from '../shared/language.ts';
import type { Clock } from '../shared/time.ts';
import type { AnswerText } from './answer.ts';
import type { Env } from './app.ts';
import type { Catalogue } from './catalogue.ts';
import { detailPage } from './detail.ts';
import { MOST_ROWS } from './detail-past.ts';
import type { Entry } from './entries.ts';
import { FILTER_PARAMETERS, filtered, readFilter } from './filter.ts';
import { preferredLanguage } from './language.ts';
import { pageCount } from './list.ts';
import { needsOf } from './needs.ts';
import { statusPage } from './page.ts';
import { type Query, readQuery } from './query.ts';
import { runbookList, runbookPage } from './runbooks.ts';
import type { SilenceShown, StatusSource } from './sources.ts';
import { type Html, type View, viewOf } from './view.ts';

export interface StatusParts {
  readonly status: StatusSource;
  readonly catalogue: Catalogue;
  readonly answer: AnswerText;
  readonly clock: Clock;
}

const MOST_PAGES = 1_000_000;

export function statusAnswer({ status, catalogue, answer, clock }: StatusParts): Handler<Env> {
  return async (c) => {
    const query = readQuery(searchOf(c), [...FILTER_PARAMETERS, 'page', 'lang']);
    const view = viewIn(c, query, clock);
    const monitor = status.monitor();
    const overview = catalogue.overview(monitor.accounts);
    const { filter, sort } = readFilter(query, overview);
    const page = query.number('page', { least: 1, most: MOST_PAGES, otherwise: 1 });
    if (query.faults().length > 0) return refusal(c, query);
    const silences = silencesOf(status);
    const silenceOf = (key: CertificateKey): SilenceShown | null => silences.get(keyText(key)) ?? null;
    const isSilenced = ({ key }: Entry): boolean => silences.has(key);
    const entries = filtered(catalogue.sorted(sort ?? 'end'), filter, isSilenced);
    const last = pageCount(entries.length);
    if (page > last) return c.text(`There is no page ${page}: the last one is ${last}\n`, 404);
    const html = statusPage(view, {
      overview,
      monitor,
      attention: {
        needs: needsOf(catalogue.needing(), isSilenced),
        count: overview.levels.critical + overview.levels.warning,
        silenceOf,
        alertsOf: status.alertsOf,
        deployedOf: status.deployedOf,
      },
      listed: {
        entries,
        total: overview.total,
        filter,
        sort: sort ?? 'end',
        choices: overview,
        page,
        silenceOf,
      },
      silencedCount: silences.size,
      listOnly: page > 1 || sort !== null || Object.values(filter).some((value) => value !== null),
    });
    return answerPage(c, answer, html);
  };
}

export function detailAnswer({ status, answer, clock }: StatusParts): Handler<Env> {
  return async (c) => {
    const { account = '', id = '' } = c.req.param();
    const watched = status
      .certificates()
      .find((certificate) => certificate.account === account && certificate.id === id);
    if (watched === undefined) return c.text('No such certificate is watched\n', 404);
    const query = readQuery(searchOf(c), ['lang']);
    const view = viewIn(c, query, clock);
    if (query.faults().length > 0) return refusal(c, query);
    const html = detailPage(view, {
      watched,
      silence: silencesOf(status).get(keyText(watched)) ?? null,
      alerts: status.alertsOf(watched),
      deployed: status.deployedOf(watched),
      mails: status.mailsAbout(watched, MOST_ROWS + 1),
      history: status.historyOf(watched, MOST_ROWS + 1),
      version: status.monitor().version,
    });
    return answerPage(c, answer, html);
  };
}

/** The list of runbooks, or the one that the path names. Their texts are in English, the frame is in the language of the page. */
export function runbookAnswer({ status, answer, clock }: StatusParts): Handler<Env> {
  return async (c) => {
    const query = readQuery(searchOf(c), ['lang']);
    const view = viewIn(c, query, clock);
    if (query.faults().length > 0) return refusal(c, query);
    const frame = { view, version: status.monitor().version };
    const name = c.req.param('name');
    const page = name === undefined ? runbookList(frame) : runbookPage(name, frame);
    if (page === null) return c.text('There is no runbook of this name; /runbooks lists them\n', 404);
    return answerPage(c, answer, page);
  };
}

/** What stands in the address behind the question mark. */
export function searchOf(c: Context<Env>): URLSearchParams {
  return new URL(c.req.url).searchParams;
}

/** All that is wrong with the query, a line each. */
export function refusal(c: Context<Env>, query: Query): Response {
  return c.text(`${query.faults().join('\n')}\n`, 400);
}

/** The language that the address names, else the one that the browser prefers. */
export function viewIn(c: Context<Env>, query: Query, clock: Clock): View {
  const named = query.oneOf<Language>('lang', LANGUAGES);
  const language = named ?? preferredLanguage(c.req.header('accept-language'));
  return viewOf({ language, named: named !== null, nowMs: clock.wallMs() });
}

async function answerPage(c: Context<Env>, answer: AnswerText, html: Html): Promise<Response> {
  const body = String(await html);
  return answer(c, { type: 'text/html; charset=UTF-8', body, vary: 'Accept-Language' });
}

export function silencesOf(status: StatusSource): ReadonlyMap<string, SilenceShown> {
  return new Map(status.silences().map((silence) => [keyText(silence), silence]));
}
