// Asks TypeScript whether objects fit types that others publish: a literal may have no key and no word that its type does not have.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const OPTIONS =
  '--noEmit --strict --skipLibCheck --allowImportingTsExtensions --module preserve --target es2023';

export interface TypedFiles {
  /** The folder with the packages that the files import. */
  readonly packages: string;
  /** Name → text; `main.ts` is what the compiler is given. */
  readonly files: Readonly<Record<string, string>>;
}

/** The compiler's complaints, one a line; empty where everything fits. */
export function complaintsOfCompiler({ packages, files }: TypedFiles): string {
  const folder = mkdtempSync(join(tmpdir(), 'ccm-typed-'));
  try {
    symlinkSync(packages, join(folder, 'node_modules'));
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    const { stdout, stderr } = spawnSync(
      resolve('node_modules/.bin/tsc'),
      [...OPTIONS.split(' '), 'main.ts'],
      {
        cwd: folder,
        encoding: 'utf8',
      },
    );
    return stdout + stderr;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A constant of that type, on lines of its own. */
export function constant(name: string, type: string, value: unknown): string {
  return `export const ${name}: ${type} = ${JSON.stringify(value, null, 1)};`;
}
