// Jest's global setup: builds the program once, so that tests can run it as a process.
import { bcryptThread, buildProgram } from '../../scripts/build.js';

export default async function buildOnce() {
  await buildProgram('dist');
  // What the build puts into the bundle; jest's own processes inherit it.
  process.env.CCM_BCRYPT_THREAD = await bcryptThread();
}
