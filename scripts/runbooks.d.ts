// What tests use of runbooks.js.

/** The text that src/web/runbook-texts.ts should have. */
export function runbookModule(): string;
