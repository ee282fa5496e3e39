// Finds the real tools that end-to-end tests need. A missing one fails the test with what to install; nothing is skipped.
import { accessSync, constants, existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';

/** Where the scripts of test/e2e/tools keep what no Debian package brings. */
export const TOOLS_FOLDER = process.env['CCM_TOOLS'] ?? join(homedir(), '.cache', 'ccm-tools');

/** Path of a program in PATH. Throws where there is none; `script` names the script of test/e2e/tools that installs it. */
export function programInPath(name: string, { script }: { script: string }): string {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/sbin'];
  const found = folders.map((folder) => join(folder, name)).find(canRun);
  if (found === undefined) throw missing(name, script);
  return found;
}

/** Path of a file or folder under the tools folder. Throws where there is none. */
export function inToolsFolder(path: string, { script }: { script: string }): string {
  const found = join(TOOLS_FOLDER, path);
  if (!existsSync(found)) throw missing(found, script);
  return found;
}

function canRun(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function missing(what: string, script: string): Error {
  return new Error(`Cannot find ${what}: run test/e2e/tools/${script} as root, which installs it`);
}
