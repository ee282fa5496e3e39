// What `dist/main.js` is made of: starts the program that stands beside it.
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compileProgram, setEngine } from './compiled.ts';

setEngine();
compileProgram(dirname(fileURLToPath(import.meta.url))).run();
