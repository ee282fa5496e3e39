// One YAML text held against one schema: its value, or all of its faults at once. Pure.
import type { z } from 'zod';
import { type Fault, pathText, type UnplacedFault } from './faults.ts';
import { faultsOfIssue } from './issues.ts';
import { readYaml } from './yaml.ts';

export interface CheckedDocument<T> {
  /** Null where there is a fault. */
  readonly parsed: { readonly value: T } | null;
  /** What could be read, faults or not; null where the text is not YAML. */
  readonly yaml: { readonly written: unknown } | null;
  readonly faults: readonly Fault[];
  /** Gives faults that were found elsewhere their line. */
  place(faults: readonly UnplacedFault[]): readonly Fault[];
}

/** Never throws, whatever the text is. */
export function checkDocument<Schema extends z.ZodType>(
  text: string,
  { schema, crossCheck }: { schema: Schema; crossCheck: (written: unknown) => readonly UnplacedFault[] },
): CheckedDocument<z.output<Schema>> {
  const yaml = readYaml(text);
  const place = (faults: readonly UnplacedFault[]): readonly Fault[] =>
    faults.map(({ path, found, expected }) => ({
      path: pathText(path),
      found,
      expected,
      line: yaml.lineOf(path),
      column: null,
    }));
  if (yaml.value === null) return { parsed: null, yaml: null, faults: yaml.faults, place };
  const { written } = yaml.value;
  const result = schema.safeParse(written);
  const issues = result.success ? [] : result.error.issues.flatMap((issue) => faultsOfIssue(issue, written));
  const faults = [...yaml.faults, ...place([...issues, ...crossCheck(written)])];
  const sound = result.success && faults.length === 0;
  return { parsed: sound ? { value: result.data } : null, yaml: yaml.value, faults, place };
}

/** In the order of the file; a value that breaks two rules with one sentence is told once. */
export function inOrder(faults: readonly Fault[]): readonly Fault[] {
  const distinct = new Map(
    faults.map((fault) => [`${fault.path}\u0000${fault.line}\u0000${fault.expected}`, fault]),
  );
  return [...distinct.values()].toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0));
}
