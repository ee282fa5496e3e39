// What programs ask for: the JSON list, its description, the calendar.
import type { Handler } from 'hono';
import type { Env } from './app.ts';
import { createCalendar } from './calendar.ts';
import { certificateList, DEFAULT_LIMIT, MAX_LIMIT, MAX_OFFSET } from './certificates-json.ts';
import type { Entry } from './entries.ts';
import { FILTER_PARAMETERS, filtered, readFilter } from './filter.ts';
import { openApiDocument } from './openapi.ts';
import { readQuery } from './query.ts';
import { refusal, type StatusParts, searchOf, silencesOf } from './status-routes.ts';

const JSON_TYPE = 'application/json';

export function listAnswer({ status, catalogue, answer }: StatusParts): Handler<Env> {
  return (c) => {
    const query = readQuery(searchOf(c), [...FILTER_PARAMETERS, 'limit', 'offset']);
    const monitor = status.monitor();
    const { filter, sort } = readFilter(query, catalogue.overview(monitor.accounts));
    const limit = query.number('limit', { least: 1, most: MAX_LIMIT, otherwise: DEFAULT_LIMIT });
    const offset = query.number('offset', { least: 0, most: MAX_OFFSET, otherwise: 0 });
    if (query.faults().length > 0) return refusal(c, query);
    const silences = silencesOf(status);
    const isSilenced = ({ key }: Entry): boolean => silences.has(key);
    const ordered = sort === null ? catalogue.entries() : catalogue.sorted(sort);
    const entries = filtered(ordered, filter, isSilenced);
    const body = JSON.stringify(
      certificateList({ entries, monitor, silences, deployedOf: status.deployedOf, limit, offset }),
    );
    return answer(c, { type: JSON_TYPE, body, tag: true });
  };
}

/** The description is made once: it depends on the version alone. */
export function openApiAnswer({ status, answer }: StatusParts): Handler<Env> {
  let body: string | null = null;
  return (c) => {
    body ??= JSON.stringify(openApiDocument(status.monitor().version));
    return answer(c, { type: JSON_TYPE, body, tag: true });
  };
}

export function calendarAnswer({ status, answer }: StatusParts): Handler<Env> {
  const calendar = createCalendar(status);
  return async (c) => {
    const { body, tag } = await calendar();
    return answer(c, {
      type: 'text/calendar; charset=utf-8; method=PUBLISH',
      headers: { 'Content-Disposition': 'inline; filename="certificates.ics"' },
      body,
      tag,
    });
  };
}
