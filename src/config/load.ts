// The configuration file, from text to Config, or to all of its faults at once.
import { MonitorError } from '../shared/errors.ts';
import { plural } from '../shared/time.ts';
import { buildConfig } from './build.ts';
import type { Config } from './config.ts';
import { crossCheck } from './cross-checks.ts';
import { checkDocument, inOrder } from './document.ts';
import { type Fault, formatFaults } from './faults.ts';
import { configSchema } from './schema.ts';
import { digestOf, readSmallFile, utf8Of } from './small-file.ts';

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

const MAX_FILE_MIB = 64;

/**
 * Reads and parses the file at `path` (UTF-8 YAML, at most 64 MiB). `onRead` gets the digest of what was read, faults or not.
 * @throws {ConfigError} with code CONFIG and every fault, also where the file cannot be read.
 */
export async function loadConfig(path: string, onRead?: (digest: string) => void): Promise<Config> {
  const bytes = await readSmallFile(path, { maxMib: MAX_FILE_MIB });
  if (bytes.ok) onRead?.(digestOf(bytes.value));
  const text = utf8Of(bytes);
  if (!text.ok) throw new ConfigError(path, [unreadable(text.found)]);
  const result = parseConfig(text.value, { source: path });
  if (!result.ok) throw new ConfigError(path, result.faults);
  return result.config;
}

/** YAML text to the configuration. Never throws, whatever the text is; `source` is the name that the message gives it. */
export function parseConfig(text: string, { source }: { source: string }): ParseResult {
  const { parsed, faults } = checkDocument(text, { schema: configSchema, crossCheck });
  if (parsed !== null) return { ok: true, config: buildConfig(parsed.value) };
  const ordered = inOrder(faults);
  return { ok: false, faults: ordered, message: formatFaults(source, ordered) };
}

function unreadable(found: string): Fault {
  const expected =
    'must be a readable YAML file of at most 64 MiB; its path is given by --config or CCM_CONFIG; to begin, copy config/example.yaml and change it';
  return { path: '', found, expected, line: null, column: null };
}
