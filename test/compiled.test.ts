// The start of the built program: with V8's compiled form of it, without, and with one that is not right.
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { CODE_CACHE, compileProgram, HEADER_BYTES, PROGRAM, V8_FLAGS } from '../src/compiled.ts';

const SOURCE =
  '(function (require, filename) { require("node:fs").writeFileSync(filename + ".said", "first"); })';
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ccm-compiled-'));
  writeFileSync(join(folder, PROGRAM), SOURCE);
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Runs the program of the folder, and says what it said and whether the compiled form was taken. */
function run(): { readonly said: string; readonly fromCache: boolean } {
  const compiled = compileProgram(folder);
  compiled.run();
  return { said: readFileSync(join(folder, `${PROGRAM}.said`), 'utf8'), fromCache: compiled.fromCache };
}

function keepCodeCache(): Buffer {
  const bytes = compileProgram(folder).codeCache();
  writeFileSync(join(folder, CODE_CACHE), bytes);
  return bytes;
}

describe('a program', () => {
  test('runs without its compiled form', () => {
    expect(run()).toEqual({ said: 'first', fromCache: false });
  });

  test('runs from its compiled form', () => {
    keepCodeCache();
    expect(run()).toEqual({ said: 'first', fromCache: true });
  });

  test('of the same length as the one that was compiled is not taken for it', () => {
    keepCodeCache();
    writeFileSync(join(folder, PROGRAM), SOURCE.replace('first', 'other'));
    expect(run()).toEqual({ said: 'other', fromCache: false });
  });

  test('is not taken from what another build of Node has compiled, of the same V8 or not', () => {
    const bytes = keepCodeCache();
    const elsewhere = Buffer.from(bytes);
    elsewhere.writeUInt32LE((bytes.readUInt32LE(8) + 1) % 2 ** 32, 8);
    writeFileSync(join(folder, CODE_CACHE), elsewhere);
    expect(run()).toEqual({ said: 'first', fromCache: false });
  });

  test('runs whatever stands in place of its compiled form', () => {
    const whole = keepCodeCache();
    const flipped = Buffer.from(whole);
    flipped.writeUInt8(flipped.readUInt8(whole.length - 9) ^ 0xff, whole.length - 9);
    const halves = [0, 4, 8, 12, 40, whole.length >> 1, whole.length - 1].map((end) =>
      whole.subarray(0, end),
    );
    for (const bytes of [...halves, flipped, Buffer.from('no compiled form '.repeat(99))]) {
      writeFileSync(join(folder, CODE_CACHE), bytes);
      expect(run()).toEqual({ said: 'first', fromCache: false });
    }
  });

  test('that is no program is not run', () => {
    writeFileSync(join(folder, PROGRAM), '"something else"');
    expect(() => compileProgram(folder).run()).toThrow('it is not a program');
  });
});

describe('the built program', () => {
  /** A copy beside the real one, where it finds its native binding. */
  let built: string;

  beforeEach(() => {
    built = mkdtempSync(join(resolve('dist'), 'copy-'));
    for (const name of ['main.js', 'package.json', 'program.js', 'program.cache'])
      copyFileSync(resolve('dist', name), join(built, name));
  });

  afterEach(() => {
    rmSync(built, { recursive: true, force: true });
  });

  function version(...flags: readonly string[]): string {
    return execFileSync(process.execPath, [...flags, join(built, 'main.js'), '--version'], {
      encoding: 'utf8',
    }).trim();
  }

  const { version: expected } = JSON.parse(readFileSync('package.json', 'utf8'));

  test('starts with its compiled form, with flags that it was not made for, with a damaged one and without', () => {
    expect(version()).toBe(expected);
    expect(version('--max-semi-space-size=4')).toBe(expected);
    writeFileSync(join(built, 'program.cache'), 'damaged');
    expect(version()).toBe(expected);
    rmSync(join(built, 'program.cache'));
    expect(version()).toBe(expected);
  });

  test('has a compiled form that this Node takes, with the flags that the start sets', () => {
    const script = `
      const [folder, headerBytes, ...flags] = process.argv.slice(1);
      for (const flag of flags) require('node:v8').setFlagsFromString(flag);
      const read = (name) => require('node:fs').readFileSync(folder + '/' + name);
      const cachedData = read('program.cache').subarray(Number(headerBytes));
      const { Script } = require('node:vm');
      process.stdout.write(String(new Script(read('program.js').toString('latin1'), { cachedData }).cachedDataRejected));
    `;
    const args = ['--eval', script, built, String(HEADER_BYTES), ...V8_FLAGS];
    expect(execFileSync(process.execPath, args, { encoding: 'utf8' })).toBe('false');
  });
});
