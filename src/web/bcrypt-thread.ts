// The program of the thread that compares passwords with bcrypt hashes; the build makes it one text (scripts/build.js).
import { parentPort } from 'node:worker_threads';
// It takes the first 72 bytes of a password, as Go's CompareHashAndPassword does.
import { compareSync } from 'bcryptjs';

parentPort?.on('message', ([password, hash]: readonly [password: string, hash: string]) => {
  parentPort?.postMessage(compareSync(password, hash));
});
