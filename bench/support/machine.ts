// Where the figures were taken: the machine, Node, and the libraries.
import { readFileSync } from 'node:fs';
import { availableParallelism, cpus, totalmem, type } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';

/** Facts by name, in the order in which they are shown. */
export type Machine = Readonly<Record<string, string>>;

const LIBRARIES = ['axios', 'undici', 'libsql', 'prom-client', 'nodemailer', 'hono', 'zod'] as const;
const MANIFEST = z.object({ version: z.string() });

export function describeMachine(root: string): Machine {
  return {
    processor: `${cpus()[0]?.model.trim() ?? 'unknown'}, ${availableParallelism()} at once`,
    memory: `${Math.round(totalmem() / 2 ** 30)} GB`,
    system: `${type()} ${process.arch}`,
    Node: process.versions.node,
    libraries: LIBRARIES.map((name) => `${name} ${versionOf(root, name)}`).join(', '),
  };
}

function versionOf(root: string, library: string): string {
  const text = readFileSync(join(root, 'node_modules', library, 'package.json'), 'utf8');
  return MANIFEST.parse(JSON.parse(text)).version;
}
