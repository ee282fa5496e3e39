// Reads the query of an address strictly: what nobody knows is refused with a text, all faults at once. Pure.

export interface Query {
  /** Trimmed; null where it is not there or empty. */
  text(name: string, longest: number): string | null;
  /** One of a closed list; null where it is not there or empty. */
  oneOf<Value extends string>(name: string, values: readonly Value[]): Value | null;
  /** What the pattern matches; `what` says what that is. */
  matching(name: string, rule: { pattern: RegExp; what: string }): string | null;
  number(name: string, rule: { least: number; most: number; otherwise: number }): number;
  /** What is wrong, a line each; empty where nothing is. What stands in the address is never repeated. */
  faults(): readonly string[];
}

/** As many values as a text for people may list. */
const MOST_LISTED = 20;

/** The query of which only `known` parameters may be there, each once. */
export function readQuery(search: URLSearchParams, known: readonly string[]): Query {
  const faults: string[] = [];
  const names = [...search.keys()];
  if (names.some((name) => !known.includes(name)))
    faults.push(
      `Cannot use the query: it has a parameter that nobody knows, there may be ${known.join(', ')}`,
    );
  for (const name of known)
    if (search.getAll(name).length > 1)
      faults.push(`Cannot use ${name}: it stands there more than once, it must be there once`);

  const text = (name: string, longest: number): string | null => {
    const value = (search.get(name) ?? '').trim();
    if (value.length > longest)
      faults.push(`Cannot use ${name}: it is too long, it must have ${longest} characters at most`);
    return value === '' ? null : value;
  };

  return {
    text,
    oneOf(name, values) {
      const value = search.get(name) ?? '';
      const found = values.find((one) => one === value) ?? null;
      if (found === null && value !== '') faults.push(`Cannot use ${name}: it must be ${listed(values)}`);
      return found;
    },
    matching(name, { pattern, what }) {
      const value = search.get(name) ?? '';
      if (value === '' || pattern.test(value)) return value === '' ? null : value;
      faults.push(`Cannot use ${name}: it must be ${what}`);
      return null;
    },
    number(name, { least, most, otherwise }) {
      const value = search.get(name);
      if (value === null) return otherwise;
      const number = /^\d{1,9}$/.test(value) ? Number(value) : Number.NaN;
      if (number >= least && number <= most) return number;
      faults.push(`Cannot use ${name}: it must be a whole number from ${least} to ${most}`);
      return otherwise;
    },
    faults: () => faults,
  };
}

function listed(values: readonly string[]): string {
  if (values.length === 0) return 'left out: there is nothing to choose from';
  if (values.length > MOST_LISTED) return `one of the ${values.length} that there are`;
  return values.length === 1 ? `${values[0]}` : `one of ${values.join(', ')}`;
}
