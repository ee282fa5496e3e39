// Process: a TLS server with a chain of two, for the probes to look at. Writes its authority to a file.
import { writeFileSync } from 'node:fs';
import { z } from 'zod';
import { startTlsEndpoint } from '../test/simulator/tls/endpoint.ts';
import { selfSigned } from '../test/simulator/tls/issue.ts';
import { answer, answerUntilDone, cpuSeconds, readTask } from './support/child.ts';

const { caPath } = readTask(z.object({ caPath: z.string() }));
const root = selfSigned({ commonName: 'Benchmark root', isAuthority: true });
const intermediate = root.issue({ commonName: 'Benchmark intermediate', isAuthority: true });
const names = [
  'www.example.com',
  'example.com',
  ...Array.from({ length: 18 }, (_, n) => `n${n}.example.com`),
];
const leaf = intermediate.issue({ names });
writeFileSync(caPath, root.cert);
const endpoint = await startTlsEndpoint({ leaf, others: [intermediate] });
answer({ port: endpoint.port });
await answerUntilDone(() => ({ cpuSeconds: cpuSeconds() }));
process.exit(0);
