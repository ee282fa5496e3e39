// Makes the folder of the state.
import { existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';

/** Level by level: Node's own recursive way never ends where the file system denies that a parent is there (/proc). */
export function makeFolder(folder: string): void {
  if (existsSync(folder)) return;
  makeFolder(dirname(folder));
  mkdirSync(folder);
}
