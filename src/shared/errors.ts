// Errors that people and code can act on: a stable code, the object's name, the cause. Pure.

/** Codes are matched by code; texts are for people and may change. */
export type ErrorCode =
  | 'CONFIG' // the configuration has faults
  | 'SECRET' // a secret's file or variable cannot be read
  | 'STATE_DAMAGED' // the state file is not a sound state of ours
  | 'STATE_NEWER' // written by a newer version
  | 'STATE_BUSY' // another process holds it
  | 'STATE_UNUSABLE' // cannot be opened or written: permissions, disk
  | 'LISTEN' // the HTTP port cannot be had
  | 'USAGE' // a command was called in a way that cannot be carried out
  | 'ABORTED'; // ended by the stop signal

export class MonitorError extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'MonitorError';
    this.code = code;
  }
}

/** The error's own code (`ENOENT`, `SQLITE_FULL`, …), or null: the only part of a foreign error that code may match on. */
export function codeOf(error: unknown): string | null {
  if (typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string')
    return error.code;
  return null;
}
