// Servers of one test file, closed after each test.
import { afterEach } from '@jest/globals';
import { type Serving, serve } from './serving.ts';

/** Call it once at the top of a test file. */
export function createServings(): (...args: Parameters<typeof serve>) => Promise<Serving> {
  const open: Serving[] = [];
  afterEach(async () => {
    await Promise.all(open.splice(0).map(({ server }) => server.close()));
  });
  return async (...args) => {
    const started = await serve(...args);
    open.push(started);
    return started;
  };
}
