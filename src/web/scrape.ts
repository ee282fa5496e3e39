// Answers GET /metrics: the monitor's own series made now, the certificates' part as it was kept.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { composeGzip, gzipOpening } from './gzip.ts';
import { acceptsGzip, chooseFormat } from './negotiate.ts';
import type { KeptPart, ScrapeFormat, ScrapeSource } from './sources.ts';

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

/** Scrapes of one source; what was compressed and composed is kept for as long as the text and the kept bytes are the same. */
export function createScrape(source: ScrapeSource): Scrape {
  const compressions = { text: createCompression('text'), openmetrics: createCompression('openmetrics') };
  const formatOf = rememberLast(chooseFormat);
  const takesGzip = rememberLast(acceptsGzip);

  return async (request, response) => {
    const format = formatOf(request.headers.accept);
    response.setHeader('Content-Type', CONTENT_TYPES[format]);
    response.setHeader('Vary', 'Accept, Accept-Encoding');
    if (request.method === 'HEAD') return void response.end();
    const text = await source.own(format);
    if (response.destroyed) return;
    const kept = source.kept();
    if (takesGzip(header(request, 'accept-encoding'))) {
      response.setHeader('Content-Encoding', 'gzip');
      await send(response, compressions[format](text, kept));
    } else {
      const plain = await kept.plain();
      if (!response.destroyed) await send(response, [Buffer.from(text), ...plain, ENDINGS[format]]);
    }
  };
}

/** The parts of one format, compressed; those of the last scrape where both halves are still the same. What is not kept any more is not held. */
function createCompression(format: ScrapeFormat): (text: string, kept: KeptPart) => readonly Buffer[] {
  const openingOf = rememberLast((text: string) => gzipOpening(Buffer.from(text)));
  const composed = new WeakMap<KeptPart, { text: string; parts: readonly Buffer[] }>();
  return (text, kept) => {
    const last = composed.get(kept);
    if (last?.text === text) return last.parts;
    const parts = composeGzip({ opening: openingOf(text), kept, ending: ENDINGS[format] });
    composed.set(kept, { text, parts });
    return parts;
  };
}

/** Scrapers ask again and again in the same words: the last answer is kept, and one only, whatever they send. */
function rememberLast<Question, Result>(
  answer: (question: Question) => Result,
): (question: Question) => Result {
  let last: { question: Question; result: Result } | null = null;
  return (question) => {
    if (last === null || last.question !== question) last = { question, result: answer(question) };
    return last.result;
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

/** Resolves when the client has taken what was written, or has gone. The response is of this answer alone: nobody takes the listeners off. */
function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    response.once('drain', resolve);
    response.once('close', resolve);
  });
}
