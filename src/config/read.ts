// How one written value is read: the value, or what may stand there instead. Pure.

/** `fault` is the sentence part after "found …;", for people: it starts with "must". */
export type Read<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly fault: string };

export function accept<T>(value: T): Read<T> {
  return { ok: true, value };
}

export function refuse(fault: string): Read<never> {
  return { ok: false, fault };
}

/** A value, or the fault where there is none. */
export function orRefuse<T>(value: T | null, fault: string): Read<T> {
  return value === null ? refuse(fault) : accept(value);
}
