// Patterns over names, as people write them: `*` for any run of characters, `?` for one, in any case. Pure.

/** Whether the whole text matches. Takes time in the product of the lengths at worst, whatever the pattern is. */
export function matchesGlob(pattern: string, text: string): boolean {
  const wanted = pattern.toLowerCase();
  const given = text.toLowerCase();
  let [at, place] = [0, 0];
  // Where the last star stood, and how much of the text it has taken so far.
  let [star, taken] = [-1, 0];
  while (place < given.length) {
    if (at < wanted.length && wanted[at] === '*') {
      [star, taken] = [at, place];
      at += 1;
    } else if (at < wanted.length && (wanted[at] === '?' || wanted[at] === given[place])) {
      at += 1;
      place += 1;
    } else if (star >= 0) {
      taken += 1;
      [at, place] = [star + 1, taken];
    } else return false;
  }
  while (wanted[at] === '*') at += 1;
  return at === wanted.length;
}
