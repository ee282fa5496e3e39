// Process inside the container: starts the program and the least that a daemon on node:http can be, in turns, until each answers.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, rmSync } from 'node:fs';
import { get } from 'node:http';

const [rounds, port, ...ours] = process.argv.slice(2);
const flags = ours.filter((argument) => argument.startsWith('--'));
const listen = `createServer((_, response) => response.end()).listen(${port}, '127.0.0.1')`;
const racers = {
  ours,
  bare: [...flags, '--eval', `require('node:http').${listen}`],
  // Node's own import of node:http loads much more than its require does.
  module: [...flags, '--input-type=module', '--eval', `import { createServer } from 'node:http'; ${listen}`],
};
/** @type {Record<string, { ms: number, cpuMs: number, megabytes: number }[]>} */
const results = { ours: [], bare: [], module: [] };

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
  // The machine may be busy with others: CPU time tells more then. In ticks of 10 ms, user and system.
  const [user, system] = readFileSync(`/proc/${child.pid}/stat`, 'utf8')
    .split(') ')[1]
    .split(' ')
    .slice(11, 13);
  const cpuMs = (Number(user) + Number(system)) * 10;
  const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
  const megabytes = Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024;
  child.kill('SIGTERM');
  await once(child, 'close');
  return { ms, cpuMs, megabytes };
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
