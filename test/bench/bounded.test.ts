// A benchmark ends: each wait for another process is bounded and says what did not come.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from '@jest/globals';
import { orKilled, untilEnded } from '../../bench/support/bounded.ts';

/** A process that would stay for ever, whatever it is told. */
async function startStubborn() {
  const program =
    "process.on('SIGTERM', () => {}); setInterval(() => {}, 1000); process.stdout.write('ready')";
  const child = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'close');
  await once(child.stdout, 'data');
  return { child, ended };
}

test('what comes in time is passed on, and the process lives', async () => {
  const { child, ended } = await startStubborn();
  await expect(orKilled(child, 'the cloud has not answered', Promise.resolve(7))).resolves.toBe(7);
  expect(child.exitCode).toBeNull();
  expect(child.signalCode).toBeNull();
  child.kill('SIGKILL');
  await ended;
});

test('a wait says what did not come, and its process is killed', async () => {
  const { child, ended } = await startStubborn();
  const wait = orKilled(child, 'the daemon has not ended a check', new Promise(() => {}), 20);
  await expect(wait).rejects.toThrow(
    'Cannot go on with the benchmark: the daemon has not ended a check within 0 s',
  );
  expect(await ended).toEqual([null, 'SIGKILL']);
});

test('a process that does not end when it is told to is killed', async () => {
  const { child, ended } = await startStubborn();
  child.kill('SIGTERM');
  await untilEnded(child, ended, 20);
  expect(child.signalCode).toBe('SIGKILL');
});
