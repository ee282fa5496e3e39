// Reads the runbooks: one page for each alert, with its blocks of PromQL.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const FOLDER = 'docs/runbooks';

export interface Runbook {
  readonly alert: string;
  /** One expression for each block. */
  readonly promql: readonly string[];
}

export function readRunbooks(): readonly Runbook[] {
  return readdirSync(FOLDER)
    .filter((name) => name.endsWith('.md') && name !== 'README.md')
    .map((name) => {
      const text = readFileSync(join(FOLDER, name), 'utf8');
      const promql = [...text.matchAll(/```promql\n([\s\S]*?)```/g)].map(([, block = '']) => block.trim());
      return { alert: name.replace('.md', ''), promql };
    });
}
