// The configuration file, from text to Config, or to all of its faults at once.
import { readFile, stat } from 'node:fs/promises';
import { codeOf, MonitorError } from '../shared/errors.ts';
import { plural } from '../shared/time.ts';
import { buildConfig } from './build.ts';
import type { Config } from './config.ts';
import { crossCheck } from './cross-checks.ts';
import { type Fault, formatFaults, pathText, type UnplacedFault } from './faults.ts';
import { faultsOfIssue } from './issues.ts';
import { configSchema } from './schema.ts';
import { readYaml, type YamlText } from './yaml.ts';

export type ParseResult =
  | { readonly ok: true; readonly config: Config }
  | { readonly ok: false; readonly faults: readonly Fault[]; readonly message: string };

/** A configuration that cannot be used; the message has a line per fault. */
export class ConfigError extends MonitorError {
  readonly faults: readonly Fault[];

  constructor(source: string, faults: readonly Fault[]) {
    super(
      'CONFIG',
      `Cannot use the configuration: ${plural(faults.length, 'fault')}\n${formatFaults(source, faults)}`,
    );
    this.name = 'ConfigError';
    this.faults = faults;
  }
}

const MAX_FILE_BYTES = 64 * 1024 * 1024;

/**
 * Reads and parses the file at `path` (UTF-8 YAML, at most 64 MiB).
 * @throws {ConfigError} with code CONFIG and every fault, also where the file cannot be read.
 */
export async function loadConfig(path: string): Promise<Config> {
  const result = parseConfig(await readText(path), { source: path });
  if (!result.ok) throw new ConfigError(path, result.faults);
  return result.config;
}

/** YAML text to the configuration. Never throws, whatever the text is; `source` is the name that the message gives it. */
export function parseConfig(text: string, { source }: { source: string }): ParseResult {
  const yaml = readYaml(text);
  if (yaml.value === null) return failure(source, yaml.faults);
  const { written } = yaml.value;
  const parsed = configSchema.safeParse(written);
  const faults = [
    ...(parsed.success ? [] : parsed.error.issues.flatMap((issue) => faultsOfIssue(issue, written))),
    ...crossCheck(written),
  ];
  if (parsed.success && faults.length === 0 && yaml.faults.length === 0)
    return { ok: true, config: buildConfig(parsed.data) };
  return failure(source, [...yaml.faults, ...placed(faults, yaml)]);
}

/** In the order of the file; a value that breaks two rules with one sentence is told once. */
function failure(source: string, faults: readonly Fault[]): ParseResult {
  const distinct = [
    ...new Map(
      faults.map((fault) => [`${fault.path}\u0000${fault.line}\u0000${fault.expected}`, fault]),
    ).values(),
  ];
  const ordered = distinct.toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0));
  return { ok: false, faults: ordered, message: formatFaults(source, ordered) };
}

function placed(faults: readonly UnplacedFault[], yaml: YamlText): Fault[] {
  return faults.map(({ path, found, expected }) => ({
    path: pathText(path),
    found,
    expected,
    line: yaml.lineOf(path),
    column: null,
  }));
}

async function readText(path: string): Promise<string> {
  const facts = await stat(path).catch((error: unknown) => unreadable(path, whyNot(error)));
  if (!facts.isFile())
    return unreadable(path, facts.isDirectory() ? 'a folder' : 'something that is not a file');
  if (facts.size > MAX_FILE_BYTES)
    return unreadable(path, `a file of ${Math.ceil(facts.size / 1024 / 1024)} MiB`);
  const bytes = await readFile(path).catch((error: unknown) => unreadable(path, whyNot(error)));
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return unreadable(path, 'bytes that are not UTF-8');
  }
}

function whyNot(error: unknown): string {
  const code = codeOf(error);
  if (code === 'ENOENT' || code === 'ENOTDIR') return 'no such file';
  if (code === 'EACCES' || code === 'EPERM') return 'a file that this user may not read';
  return `a file that cannot be read (${code ?? 'unknown error'})`;
}

function unreadable(path: string, found: string): never {
  const expected =
    'must be a readable YAML file of at most 64 MiB; its path is given by --config or CCM_CONFIG';
  throw new ConfigError(path, [{ path: '', found, expected, line: null, column: null }]);
}
