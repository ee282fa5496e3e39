// What every section of the configuration is built of: zod schemas that carry a sentence for people and keywords for editors. Pure.
import * as z from 'zod';
import { orRefuse, type Read } from './read.ts';
import { unknownKeyTexts } from './suggestion.ts';

interface TextRule<T> {
  /** What is told where there is no text at all. */
  readonly expected: string;
  /** JSON Schema keywords: pattern, examples, lengths. */
  readonly schema?: {
    readonly pattern?: string;
    readonly examples?: string[];
    readonly minLength?: number;
    readonly maxLength?: number;
  };
  readonly read: (text: string) => Read<T>;
}

/** A text that becomes a value of the program, or one fault. */
export function text<T>({ expected, schema = {}, read }: TextRule<T>) {
  return z
    .string({ error: expected })
    .meta(schema)
    .transform((written, context): T => {
      const result = read(written);
      if (result.ok) return result.value;
      context.addIssue({ code: 'custom', message: result.fault, input: written });
      return z.NEVER;
    });
}

/** A text that must match; `what` completes "must be …". */
export function matching({
  pattern,
  what,
  examples,
}: {
  pattern: RegExp;
  what: string;
  examples?: string[];
}) {
  const expected = `must be ${what}`;
  return text({
    expected,
    schema: { pattern: pattern.source, ...(examples === undefined ? {} : { examples }) },
    read: (written) => orRefuse(pattern.test(written) ? written : null, expected),
  });
}

/** A mapping in which an unknown key is a fault. */
export function mapping<Shape extends z.core.$ZodLooseShape>(shape: Shape) {
  const known = Object.keys(shape);
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys'
        ? unknownKeyTexts(issue.keys, known)
        : `must be a mapping with ${known.length === 1 ? 'the key' : 'keys out of'} ${known.join(', ')}`,
  });
}

/** A list of at least `min` things; `what` completes "must be a list of …". */
export function list<Item extends z.ZodType>(item: Item, { what, min = 0 }: { what: string; min?: number }) {
  const error = `must be a list of ${what}${min > 0 ? ', at least one' : ''}`;
  return z.array(item, { error }).min(min, { error });
}

/** A number from `min` to `max`. */
export function number({ min, max, whole = true }: { min: number; max: number; whole?: boolean }) {
  const error = `must be a ${whole ? 'whole ' : ''}number from ${min} to ${max}`;
  const base = whole ? z.int({ error }) : z.number({ error });
  return base.min(min, { error }).max(max, { error });
}

export function oneOf<const Values extends readonly string[]>(values: Values) {
  return z.enum(values, { error: `must be one of ${values.join(', ')}` });
}

export function flag() {
  return z.boolean({ error: 'must be true or false' });
}
