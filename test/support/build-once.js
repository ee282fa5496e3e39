// Jest's global setup: builds the program once, so that tests can run it as a process.
import { bcryptThread, bundle } from '../../scripts/build.js';

export default async function buildOnce() {
  await bundle('src/main.ts', 'dist/main.js');
  // What the build puts into the bundle; jest's own processes inherit it.
  process.env.CCM_BCRYPT_THREAD = await bcryptThread();
}
