// Jest's global setup: builds the program once, so that tests can run it as a process.
import { bundle } from '../../scripts/build.js';

export default async function buildOnce() {
  await bundle('src/main.ts', 'dist/main.js');
}
