// What `dist/main.js` is made of: starts the program that stands beside it.
import { compileProgram, setEngine } from './compiled.ts';

setEngine();
compileProgram(import.meta.dirname).run();
