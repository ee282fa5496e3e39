// Runs the simulated cloud by hand or as another process: `node simulator.js [port]`, then steer it under /_control/.
import { once } from 'node:events';
import { startCloud } from './cloud.ts';

const cloud = await startCloud({ port: Number(process.argv[2] ?? 0), control: true });
process.stdout.write(`${cloud.origin}\n`);
const stop = new AbortController();
process.once('SIGTERM', () => stop.abort());
process.once('SIGINT', () => stop.abort());
await once(stop.signal, 'abort');
await cloud.close();
