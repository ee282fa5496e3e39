// Reads the web configuration and the files that it names, and tells whether they are what they were.
import { createHash } from 'node:crypto';
import { dirname, resolve } from 'node:path';
import { type FileReading, readSmallFile, utf8Of } from './small-file.ts';
import { TLS_FILE_KEYS, type TlsFiles } from './tls-files.ts';
import { parseWebConfig, type WebParseResult } from './web-config.ts';

export interface WebReading {
  readonly result: WebParseResult;
  /** Paths of everything that was read, also where it could not be. */
  readonly paths: readonly string[];
  /** Differs whenever the content of one of them does. */
  readonly digest: string;
}

const MAX_MIB = 1;

/** Never rejects: what cannot be read is a fault. */
export async function readWebConfig(path: string): Promise<WebReading> {
  const content = await readSmallFile(path, { maxMib: MAX_MIB });
  const { named, finish } = parseWebConfig(utf8Of(content), { source: path });
  const wanted = TLS_FILE_KEYS.flatMap((key) => {
    const name = named[key];
    return name === undefined ? [] : [{ key, path: resolve(dirname(path), name) }];
  });
  const readings = await Promise.all(
    wanted.map(async (file) => ({ ...file, reading: await readSmallFile(file.path, { maxMib: MAX_MIB }) })),
  );
  const files: TlsFiles = Object.fromEntries(readings.map(({ key, reading }) => [key, reading]));
  return {
    result: finish(files),
    paths: [path, ...wanted.map((file) => file.path)],
    digest: digestOf([content, ...readings.map(({ reading }) => reading)]),
  };
}

/** The digests of each, in order, so that no content can pass for two. */
function digestOf(readings: readonly FileReading<Uint8Array>[]): string {
  const parts = readings.map((reading) =>
    createHash('sha256')
      .update(reading.ok ? reading.value : reading.found)
      .digest('hex'),
  );
  return parts.join(':');
}
