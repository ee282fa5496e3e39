// Process inside the container: starts the program and the least that a daemon on node:http can be, in turns, until each answers.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, rmSync } from 'node:fs';
import { get } from 'node:http';

const [rounds, port, ...ours] = process.argv.slice(2);
const bare = `require('node:http').createServer((_, response) => response.end()).listen(${port}, '127.0.0.1')`;
const racers = {
  ours,
  bare: [...ours.filter((argument) => argument.startsWith('--')), '--eval', bare],
};
const results = { ours: [], bare: [] };

for (let round = 0; round <= Number(rounds); round += 1) {
  for (const [name, args] of Object.entries(racers)) {
    rmSync('data', { recursive: true, force: true });
    const result = await start(args);
    // The first round fills the machine's caches.
    if (round > 0) results[name].push(result);
  }
}
process.stdout.write(`${JSON.stringify(results)}\n`);

/** @param {readonly string[]} args */
async function start(args) {
  const startedAt = performance.now();
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  while ((await statusOf(`http://127.0.0.1:${port}/readyz`)) !== 200) {
    if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}`);
  }
  const ms = performance.now() - startedAt;
  const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
  const megabytes = Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024;
  child.kill('SIGTERM');
  await once(child, 'close');
  return { ms, megabytes };
}

/** @param {string} url */
function statusOf(url) {
  return new Promise((resolve) => {
    get(url, { agent: false }, (response) => {
      response.resume();
      response.once('end', () => resolve(response.statusCode));
    }).once('error', () => setTimeout(resolve, 2, null));
  });
}
