// How a text is answered: compressed off the loop where the client takes that, and 304 where the client has it already.
import { createHash, type Hash } from 'node:crypto';
import { promisify } from 'node:util';
import { gzip, type InputType } from 'node:zlib';
import type { Context } from 'hono';
import type { Env } from './app.ts';
import { acceptsGzip } from './negotiate.ts';

export interface Text {
  readonly type: string;
  readonly body: string | Buffer;
  /** Headers of the request, besides Accept-Encoding, that the answer depends on. */
  readonly vary?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Programs may ask whether it is still so: by a tag made of the body, or by this one. */
  readonly tag?: boolean | string;
}

export type AnswerText = (c: Context<Env>, text: Text) => Promise<Response>;

const compress = promisify<InputType, Buffer>(gzip);

/** Compressions at once; what comes on top is sent as it is, so that nobody can make a queue grow. */
const MOST_AT_ONCE = 4;

/** Less is one packet anyway. */
const LEAST_BYTES = 1_024;

export function createAnswers(): AnswerText {
  let running = 0;
  /** What is answered several times as the same bytes is compressed once. */
  const kept = new WeakMap<Buffer, Promise<Buffer>>();

  async function compressed(body: string | Buffer): Promise<Buffer | null> {
    const known = typeof body === 'string' ? undefined : kept.get(body);
    if (known !== undefined) return known;
    if (body.length < LEAST_BYTES || running >= MOST_AT_ONCE) return null;
    running += 1;
    const result = compress(body).finally(() => {
      running -= 1;
    });
    if (typeof body !== 'string') kept.set(body, result);
    return result;
  }

  return async (c, { type, body, vary, headers = {}, tag: wanted = false }) => {
    c.header('Content-Type', type);
    c.header('Vary', vary === undefined ? 'Accept-Encoding' : `${vary}, Accept-Encoding`);
    for (const [name, value] of Object.entries(headers)) c.header(name, value);
    if (wanted !== false) {
      const tag = wanted === true ? tagOf(createHash('sha256').update(body)) : wanted;
      c.header('ETag', tag);
      if (isKnown(c.req.header('if-none-match'), tag)) return c.body(null, 304);
    }
    const small = acceptsGzip(c.req.header('accept-encoding')) ? await compressed(body) : null;
    if (small === null) return c.body(bytesOf(body));
    c.header('Content-Encoding', 'gzip');
    return c.body(bytesOf(small));
  };
}

/** Weak: the same text, compressed or not, is the same answer (RFC 9110, section 8.8.1). */
export function tagOf(hash: Hash): string {
  return `W/"${hash.digest('base64url').slice(0, 27)}"`;
}

/** Compares weakly, as If-None-Match asks for (RFC 9110, section 13.1.2). */
function isKnown(header: string | undefined, tag: string): boolean {
  if (header === undefined) return false;
  const known = header.split(',').map((one) => one.trim().replace(/^W\//, ''));
  return known.includes('*') || known.includes(tag.replace(/^W\//, ''));
}

function bytesOf(body: string | Buffer): string | Uint8Array<ArrayBuffer> {
  return typeof body === 'string' ? body : new Uint8Array(body);
}
