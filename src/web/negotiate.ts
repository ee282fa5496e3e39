// Chooses the format and the coding of an answer from the request's Accept headers (RFC 9110, section 12.5). Pure.
import type { ScrapeFormat } from './sources.ts';

export interface Range {
  readonly name: string;
  readonly version: string | null;
  /** 0 to 1; what cannot be read counts as 0: not wanted. */
  readonly quality: number;
}

const OPENMETRICS = 'application/openmetrics-text';

/**
 * OpenMetrics only for who names it, in version 1.0.0 or without a version, and wants it at least as much as text;
 * of two wanted alike the first. Text 0.0.4 for everybody else: no answer at all would help nobody.
 */
export function chooseFormat(accept: string | undefined): ScrapeFormat {
  const ranges = parseRanges(accept);
  const openMetrics = best(
    ranges,
    ({ name, version }) => name === OPENMETRICS && (version ?? '1.0.0') === '1.0.0',
  );
  const text = best(
    ranges,
    ({ name, version }) =>
      (name === 'text/plain' && (version ?? '0.0.4') === '0.0.4') || name === 'text/*' || name === '*/*',
  );
  if (openMetrics.quality === 0 || openMetrics.quality < text.quality) return 'text';
  return openMetrics.quality === text.quality && text.place < openMetrics.place ? 'text' : 'openmetrics';
}

/** Whether the client takes gzip: it must say so, and not with `q=0`. */
export function acceptsGzip(acceptEncoding: string | undefined): boolean {
  const ranges = parseRanges(acceptEncoding);
  const named = ranges.find(({ name }) => name === 'gzip' || name === 'x-gzip');
  const any = ranges.find(({ name }) => name === '*');
  return (named ?? any)?.quality !== undefined && (named ?? any)?.quality !== 0;
}

function best(
  ranges: readonly Range[],
  matches: (range: Range) => boolean,
): { quality: number; place: number } {
  let found = { quality: 0, place: ranges.length };
  for (const [place, range] of ranges.entries()) {
    if (matches(range) && range.quality > found.quality) found = { quality: range.quality, place };
  }
  return found;
}

/** What an Accept header lists, in its order. */
export function parseRanges(header: string | undefined): readonly Range[] {
  return (header ?? '').split(',').map(parseRange);
}

function parseRange(text: string): Range {
  const [name = '', ...parameters] = text.split(';').map((part) => part.trim().toLowerCase());
  let version: string | null = null;
  let quality = 1;
  for (const parameter of parameters) {
    const [key, value = ''] = parameter.split('=').map((part) => part.trim().replace(/^"(.*)"$/, '$1'));
    if (key === 'version') version = value;
    if (key === 'q') quality = /^(?:0(?:\.\d*)?|1(?:\.0*)?)$/.test(value) ? Number(value) : 0;
  }
  return { name, version, quality };
}
