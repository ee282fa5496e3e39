// What tests use of chart.js.

/** The files that `npm run chart` makes, with what they should say; `read` reads a file of the repository. */
export function chartProducts(read: (path: string) => string): Record<string, string>;
