// Jest's guard for every test file: what a file opens (servers, sockets, timers, processes) it closes again.
import { afterAll, beforeAll } from '@jest/globals';

/** What node calls things that jest itself opens, or that end by themselves. */
const NOT_OURS: ReadonlySet<string> = new Set([
  'TTYWrap',
  'PipeWrap',
  'FSReqCallback',
  'FSReqPromise',
  'Immediate',
  'MessagePort',
  'Worker',
  'TickObject',
]);

/** How long what is being closed may take to be gone. */
const GRACE_MS = 2_000;

let before: ReadonlyMap<string, number> = new Map();

beforeAll(() => {
  before = openNow();
});

afterAll(nothingLeftOpen);
stayLast();

async function nothingLeftOpen(): Promise<void> {
  const endMs = performance.now() + GRACE_MS;
  let left = leftOpen();
  while (left.length > 0 && performance.now() < endMs) {
    await new Promise((resolve) => globalThis.setTimeout(resolve, 5));
    left = leftOpen();
  }
  if (left.length > 0)
    throw new Error(
      `Cannot end this test file: it left something open (${left.join(', ')}); close it in the test or in afterEach`,
    );
}

function leftOpen(): readonly string[] {
  return [...openNow()]
    .filter(([name, count]) => count > (before.get(name) ?? 0))
    .map(([name, count]) => `${count - (before.get(name) ?? 0)} × ${name}`);
}

function openNow(): Map<string, number> {
  const counts = new Map<string, number>();
  for (const name of process.getActiveResourcesInfo())
    if (!NOT_OURS.has(name)) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}

/** Jest runs afterAll in the order of definition: without this the guard would look before a file's own afterAll. */
function stayLast(): void {
  const symbol = Object.getOwnPropertySymbols(globalThis).find(
    ({ description }) => description === 'JEST_STATE_SYMBOL',
  );
  const state: unknown = symbol === undefined ? undefined : Reflect.get(globalThis, symbol);
  const hooks = hooksOf(state);
  const guard = hooks.findIndex(({ fn }) => fn === nothingLeftOpen);
  if (guard < 0) return;
  hooks.push = (...added) => {
    hooks.splice(
      hooks.findIndex(({ fn }) => fn === nothingLeftOpen),
      0,
      ...added,
    );
    return hooks.length;
  };
}

function hooksOf(state: unknown): { fn: unknown }[] {
  const root = isObject(state) ? state['rootDescribeBlock'] : null;
  const hooks = isObject(root) ? root['hooks'] : null;
  return Array.isArray(hooks) ? hooks : [];
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
