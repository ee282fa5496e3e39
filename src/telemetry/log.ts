// The log: JSON lines on stdout, written by pino; what could hold a secret does not get in.
import pino, { type DestinationStream, type Logger } from 'pino';
import type { LogLevel } from '../config/config.ts';
import { codeOf, MonitorError } from '../shared/errors.ts';

/** Without `child`: pino cleans the fields of a line, but not those that a child is made with. */
export type Log = Pick<Logger, 'level' | LogLevel>;

/** An error as the log shows it. */
export interface DescribedError {
  readonly name: string;
  readonly code?: string;
  readonly message: string;
  readonly cause?: DescribedError;
}

const MAX_FOREIGN_MESSAGE = 300;
const MAX_DEPTH = 4;
const SECRET_KEY = /(?:password|passphrase|token|authorization|secret|secret[-_]?key|cookie|signature)$/i;

/**
 * A log at that level; `log.level = 'debug'` changes it later.
 * Writes are synchronous, so that the last line before an exit is not lost, and no worker thread is needed.
 */
export function createLog(
  level: LogLevel,
  destination: DestinationStream = pino.destination({ dest: 1, sync: true }),
): Log {
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: {
        level: (label) => ({ level: label }),
        log: (fields) => cleanFields(fields, 0),
      },
      // pino would treat a described error as an error once more.
      serializers: { err: (described: unknown) => described },
      hooks: {
        logMethod(args, method) {
          Reflect.apply(method, this, cleanArguments(args));
        },
      },
    },
    destination,
  );
}

/**
 * Name, code and message of an error and of its causes, and nothing else: errors of HTTP and mail libraries carry
 * requests, headers and tokens. Foreign messages lose control characters and are clipped; those of parsers are
 * replaced, since they quote what they read.
 */
export function describeError(error: Error, depth = 0): DescribedError {
  const code = codeOf(error);
  const { cause } = error;
  return {
    name: printable(error.name),
    ...(code === null ? {} : { code: printable(code) }),
    message: messageOf(error),
    ...(cause instanceof Error && depth < MAX_DEPTH ? { cause: describeError(cause, depth + 1) } : {}),
  };
}

function messageOf(error: Error): string {
  if (error instanceof MonitorError) return error.message;
  if (error instanceof SyntaxError) return 'text that cannot be parsed';
  return printable(error.message);
}

function printable(text: string): string {
  return text.replace(/\p{Cc}+/gu, ' ').slice(0, MAX_FOREIGN_MESSAGE);
}

/** pino takes the message of a raw error where there is no other: it gets the cleaned one. */
function cleanArguments([first, message, ...rest]: readonly unknown[]): unknown[] {
  const error = first instanceof Error ? first : errorField(first);
  const fields = first instanceof Error ? { err: first } : first;
  if (error !== null && message === undefined) return [fields, messageOf(error)];
  const texts = [message, ...rest].map((text) => (text instanceof Error ? messageOf(text) : text));
  return message === undefined ? [fields] : [fields, ...texts];
}

function errorField(fields: unknown): Error | null {
  if (typeof fields !== 'object' || fields === null || !('err' in fields)) return null;
  return fields.err instanceof Error ? fields.err : null;
}

function cleanFields(fields: object, depth: number): Record<string, unknown> {
  const entries = Object.entries(fields).map(([key, value]): [string, unknown] => [
    key,
    isSecret(key, value) ? '[redacted]' : cleanValue(value, depth),
  ]);
  return Object.fromEntries(entries);
}

function isSecret(key: string, value: unknown): boolean {
  return SECRET_KEY.test(key) && (typeof value === 'string' || (typeof value === 'object' && value !== null));
}

function cleanValue(value: unknown, depth: number): unknown {
  if (value instanceof Error) return describeError(value);
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  if (depth >= MAX_DEPTH) return '[too deep]';
  if (Array.isArray(value)) return value.map((item: unknown) => cleanValue(item, depth + 1));
  return cleanFields(value, depth + 1);
}
