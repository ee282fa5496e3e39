// Jest's environment of a test file: Node's, which at its end switches off what would slow down every promise of the files after it.
import { AsyncLocalStorage } from 'node:async_hooks';
import { TestEnvironment } from 'jest-environment-node';

/** Entered since the file began; jest itself makes one for each file, and hono one more. */
const entered = new Set();

// Before Node 24, each promise carries the value of every storage that was ever entered and not disabled: after a
// hundred files, a test of many promises takes ten times as long as alone.
for (const name of ['run', 'enterWith']) {
  const enter = AsyncLocalStorage.prototype[name];
  AsyncLocalStorage.prototype[name] = function enterAndNote(...args) {
    entered.add(this);
    return enter.apply(this, args);
  };
}

export default class Environment extends TestEnvironment {
  async teardown() {
    await super.teardown();
    for (const storage of entered) storage.disable();
    entered.clear();
  }
}
