// Stands for `@jest/globals` in mutation testing: collects tests, so that they can be run one by one, thousands of times a minute.
import { expect } from 'expect';

const tests = [];
const path = [];
/** The hooks of the file that is being loaded: they are for its own tests alone. */
let hooks = noHooks();

function noHooks() {
  return { beforeEach: [], afterEach: [] };
}

function test(title, run) {
  tests.push({ title: [...path, title].join(' › '), run, hooks });
}

test.each = (rows) => (title, run) => {
  for (const [index, row] of rows.entries()) {
    const values = Array.isArray(row) ? row : [row];
    test(`${title} ${index + 1}`, () => run(...values));
  }
};

function describe(title, define) {
  path.push(title);
  define();
  path.pop();
}

const beforeEach = (run) => void hooks.beforeEach.push(run);
const afterEach = (run) => void hooks.afterEach.push(run);

globalThis.collected = tests;
globalThis.testFileBegins = () => {
  hooks = noHooks();
};

export { afterEach, beforeEach, describe, expect, test };
