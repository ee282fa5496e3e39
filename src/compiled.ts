// Compiles the bundled program, and takes V8's compiled form of it from beside it where it fits: compiling is a third of a start.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { Script } from 'node:vm';
import { crc32 } from 'node:zlib';

/** A script of one function, as `scripts/build.js` writes it. */
export const PROGRAM = 'program.js';
export const CODE_CACHE = 'program.cache';

export interface Compiled {
  /** Whether the compiled form was there and was taken. */
  readonly fromCache: boolean;
  run(): void;
  /** The compiled form as it is now, with the functions that have been called so far; to be kept as CODE_CACHE. */
  codeCache(): Buffer;
}

/**
 * CRC-32 of the source, of the compiled form, and of what this Node is. V8 itself compares the length of the source, its
 * own version without what Node changed in it, and its flags; the rest it trusts. A form that another build of the same
 * V8 had made (Node 20.20 and 20.19) ended the process with a segmentation fault.
 */
export const HEADER_BYTES = 12;

/**
 * For a process that does little, for long. The HTTP parser (WebAssembly) is not compiled anew for speed after a few
 * requests, which takes 100 ms of a processor and 36 MB for a twentieth of a read; new objects get 1 MB and not up to 16.
 */
export const V8_FLAGS = ['--wasm-tiering-budget=2147483647', '--semi-space-growth-factor=1'];

/** Before anything is compiled: the compiled form holds for these flags. */
export function setEngine(): void {
  for (const flag of V8_FLAGS) setFlagsFromString(flag);
}

/**
 * The compiled form holds for one source, one build of Node, its flags and one processor. Whatever else stands there, nothing or
 * bytes that were damaged, makes the start slower and nothing else.
 */
export function compileProgram(folder: string): Compiled {
  const filename = join(folder, PROGRAM);
  const bytes = readFileSync(filename);
  const cachedData = readCodeCache(join(folder, CODE_CACHE), bytes);
  // All of it is ASCII: so the text is not decoded, and V8 keeps it outside of its heap, a byte a letter.
  const script = new Script(bytes.toString('latin1'), {
    filename,
    ...(cachedData === null ? {} : { cachedData }),
  });
  return {
    fromCache: cachedData !== null && script.cachedDataRejected === false,
    run() {
      const main: unknown = script.runInThisContext();
      if (typeof main !== 'function') throw new Error(`Cannot run ${filename}: it is not a program`);
      Reflect.apply(main, undefined, [createRequire(filename), filename]);
    },
    codeCache() {
      const data = script.createCachedData();
      return Buffer.concat([headerOf(bytes, data), data]);
    },
  };
}

function readCodeCache(path: string, source: Buffer): Buffer | null {
  try {
    const kept = readFileSync(path);
    const data = kept.subarray(HEADER_BYTES);
    return kept.subarray(0, HEADER_BYTES).equals(headerOf(source, data)) ? data : null;
  } catch {
    return null;
  }
}

function headerOf(source: Buffer, data: Buffer): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  for (const [index, part] of [source, data, buildOfNode()].entries())
    header.writeUInt32LE(crc32(part), index * 4);
  return header;
}

/** All versions, the processor, and how it was built: two builds of one version need not be the same. */
function buildOfNode(): string {
  const { versions, arch, platform, config } = process;
  return JSON.stringify([versions, arch, platform, config]);
}
