// What an unknown key was probably meant to be. Pure.

/** One text per unknown key, in order, joined by line breaks: zod gives one message for all unknown keys of a mapping. */
export function unknownKeyTexts(unknown: readonly string[], known: readonly string[]): string {
  return unknown.map((key) => unknownKeyText(key, known)).join('\n');
}

function unknownKeyText(key: string, known: readonly string[]): string {
  const nearest = nearestOf(key, known);
  return nearest === null
    ? `must be one of ${known.join(', ')}`
    : `must be a known key: did you mean ${nearest}?`;
}

/** The known key that takes the fewest edits, or null where none is near: a third of its length, at least one edit. */
export function nearestOf(key: string, known: readonly string[]): string | null {
  // Longer than any key by far: not a slip of the finger, and not worth the table of distances.
  if (key.length > 40) return null;
  let best: { name: string; edits: number } | null = null;
  for (const name of known) {
    const edits = editDistance(normalise(key), normalise(name));
    if (
      edits <= Math.max(1, Math.floor(name.length / 3)) &&
      edits < (best?.edits ?? Number.POSITIVE_INFINITY)
    )
      best = { name, edits };
  }
  return best?.name ?? null;
}

/** `ca-file`, `ca_file` and `CAFile` are all meant for `caFile`. */
function normalise(key: string): string {
  return key.toLowerCase().replace(/[-_\s]/g, '');
}

/** Insertions, deletions, replacements, and neighbours exchanged (optimal string alignment). */
function editDistance(from: string, to: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let i = 1; i <= from.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= to.length; j += 1) {
      const replaced = at(last, j - 1) + (from[i - 1] === to[j - 1] ? 0 : 1);
      const exchanged = i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1];
      row.push(
        Math.min(
          replaced,
          at(last, j) + 1,
          at(row, j - 1) + 1,
          exchanged ? at(beforeLast, j - 2) + 1 : Number.POSITIVE_INFINITY,
        ),
      );
    }
    beforeLast = last;
    last = row;
  }
  return at(last, to.length);
}

function at(row: readonly number[], index: number): number {
  return row[index] ?? Number.POSITIVE_INFINITY;
}
