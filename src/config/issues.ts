// From zod's issues to faults: what was found is looked up in the file, what may stand there is the schema's own sentence. Pure.
import type { z } from 'zod';
import { describeFound, isSecret, type Path, type UnplacedFault } from './faults.ts';

/** One fault per issue; one per key where keys are unknown. */
export function faultsOfIssue(issue: z.core.$ZodIssue, written: unknown): UnplacedFault[] {
  const path: Path = issue.path.map((part) => (typeof part === 'number' ? part : String(part)));
  if (issue.code === 'unrecognized_keys') {
    const texts = issue.message.split('\n');
    // The value of an unknown key is never shown: it may be a secret under a key that is spelt wrongly.
    // Beside `file` and `env` the key itself may be the secret.
    const hidden = isSecret(path);
    return issue.keys.map((key, index) => ({
      path: hidden ? path : [...path, key],
      found: hidden ? 'an unknown key, which is not shown' : 'an unknown key',
      expected: texts[index] ?? issue.message,
    }));
  }
  if (issue.code === 'invalid_union') {
    // One form fits but for its value: that form's own sentence says more than the list of all forms.
    // So does a list of which an entry fits none of the entry's own forms.
    const nearest = issue.errors.find(
      (issues) =>
        issues.length > 0 &&
        issues.every(
          ({ code, path: inside }) => code === 'custom' || (code === 'invalid_union' && inside.length > 0),
        ),
    );
    if (nearest !== undefined) {
      return nearest.flatMap((inner) =>
        faultsOfIssue({ ...inner, path: [...issue.path, ...inner.path] }, written),
      );
    }
  }
  return [{ path, found: describeFound(valueAt(written, path), path), expected: issue.message }];
}

function valueAt(written: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (value, part) =>
      typeof value === 'object' && value !== null && Object.hasOwn(value, part)
        ? Reflect.get(value, part)
        : undefined,
    written,
  );
}
