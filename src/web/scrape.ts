// Answers GET /metrics: the monitor's own series made now, the certificates' part as it was kept.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { composeGzip, gzipOpening, type OpeningPart } from './gzip.ts';
import { acceptsGzip, chooseFormat } from './negotiate.ts';
import type { ScrapeFormat, ScrapeSource } from './sources.ts';

const CONTENT_TYPES: Readonly<Record<ScrapeFormat, string>> = {
  text: 'text/plain; version=0.0.4; charset=utf-8',
  openmetrics: 'application/openmetrics-text; version=1.0.0; charset=utf-8',
};

const ENDINGS: Readonly<Record<ScrapeFormat, Buffer>> = {
  text: Buffer.alloc(0),
  openmetrics: Buffer.from('# EOF\n'),
};

/** Answers one GET or HEAD; resolves when the answer has been handed over or the client has gone. */
export type Scrape = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** Scrapes of one source; what was compressed is kept for as long as the text is the same. */
export function createScrape(source: ScrapeSource): Scrape {
  const openings = new Map<ScrapeFormat, { text: string; opening: OpeningPart }>();

  function openingOf(format: ScrapeFormat, text: string): OpeningPart {
    const last = openings.get(format);
    if (last?.text === text) return last.opening;
    const opening = gzipOpening(Buffer.from(text));
    openings.set(format, { text, opening });
    return opening;
  }

  return async (request, response) => {
    const format = chooseFormat(request.headers.accept);
    response.setHeader('Content-Type', CONTENT_TYPES[format]);
    response.setHeader('Vary', 'Accept, Accept-Encoding');
    if (request.method === 'HEAD') return void response.end();
    const text = await source.own(format);
    if (response.destroyed) return;
    const kept = source.kept();
    const ending = ENDINGS[format];
    if (acceptsGzip(header(request, 'accept-encoding'))) {
      response.setHeader('Content-Encoding', 'gzip');
      await send(response, composeGzip({ opening: openingOf(format, text), kept, ending }));
    } else {
      const plain = await kept.plain();
      if (!response.destroyed) await send(response, [Buffer.from(text), ...plain, ending]);
    }
  };
}

function header(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name];
  return typeof value === 'string' ? value : value?.join(',');
}

/**
 * Hands all parts over at once: they are kept anyway, none is copied, and a few system calls take what one per part would.
 * Ends only once they are sent: a server that closes cuts off what has ended, sent or not.
 */
async function send(response: ServerResponse, parts: readonly Buffer[]): Promise<void> {
  let length = 0;
  for (const part of parts) length += part.length;
  response.setHeader('Content-Length', length);
  response.writeHead(200);
  let taken = true;
  for (const part of parts) if (part.length > 0) taken = response.write(part);
  if (!taken) await drained(response);
  response.end();
}

/** Resolves when the client has taken what was written, or has gone. */
function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      response.off('drain', done);
      response.off('close', done);
      resolve();
    };
    response.on('drain', done);
    response.on('close', done);
  });
}
