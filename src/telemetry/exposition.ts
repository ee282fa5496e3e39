// The certificates' part of /metrics: rendered once per check, in slices that let other work through, and kept as bytes.
import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  constants,
  crc32,
  createDeflateRaw,
  createInflateRaw,
  type DeflateRaw,
  deflateRawSync,
} from 'node:zlib';
import type { WatchedCertificate } from '../certificates/watched.ts';
import { MonitorError } from '../shared/errors.ts';
import { CHUNK_BYTES, createChunkWriter, type LabelTable } from './bytes.ts';
import { certificateFamilies, labelText, type StatusSeries } from './certificate-families.ts';

/** The kept bytes. They hold only gauges, so they are the same in text 0.0.4 and in OpenMetrics. */
export interface KeptSeries {
  /**
   * Thirty times larger, and who scrapes takes gzip: so they are made for the first who asks for them, and kept for the next
   * ones until the series are replaced.
   */
  plain(): Promise<readonly Buffer[]>;
  readonly plainBytes: number;
  /** CRC-32 of the plain bytes. */
  readonly plainCrc32: number;
  /**
   * The plain bytes as raw DEFLATE (RFC 1951) without a final block and ending on a byte: what comes before and after
   * makes one gzip member of it. Members side by side would do by RFC 1952, but curl and browsers read only the first.
   */
  readonly deflated: Buffer;
}

export interface RenderOptions {
  readonly status: StatusSeries;
  readonly signal?: AbortSignal;
}

export interface Exposition {
  /**
   * Renders and then replaces what is kept, at once. A render asked for while one runs waits for it; of several
   * that wait only the last is done. Rejects with ABORTED when the signal ends it; what was kept stays.
   */
  render(certificates: readonly WatchedCertificate[], options: RenderOptions): Promise<void>;
  /** What was rendered last; before the first render the families without a sample. */
  current(): KeptSeries;
}

type Bytes = Omit<KeptSeries, 'plain'>;

interface Job {
  readonly certificates: readonly WatchedCertificate[];
  readonly options: RenderOptions;
  readonly settle: { resolve(): void; reject(error: unknown): void }[];
}

const CERTIFICATES_PER_SLICE = 500;
/** Where nothing is written of them: about 1 ms. */
const CERTIFICATES_PER_TURN = 5_000;
const LABEL_BYTES_GUESS = 64;
/** Each is a call of its own where it is sent. */
const PLAIN_CHUNK_BYTES = 1024 * 1024;
// Text this repetitive gains 3 % from level 4 and 6 % from level 6, for half as much CPU time again.
const DEFLATE_OPTIONS = { level: 1, finishFlush: constants.Z_SYNC_FLUSH };

/** An exposition that has no certificates yet. */
export function createExposition(): Exposition {
  let kept = keep(emptyBytes());
  let running = false;
  let waiting: Job | null = null;

  async function work(): Promise<void> {
    running = true;
    for (let job = takeWaiting(); job !== null; job = takeWaiting()) {
      try {
        kept = keep(await renderBytes(job));
        for (const { resolve } of job.settle) resolve();
      } catch (error) {
        for (const { reject } of job.settle) reject(error);
      }
    }
    running = false;
  }

  function takeWaiting(): Job | null {
    const job = waiting;
    waiting = null;
    return job;
  }

  return {
    current: () => kept,
    render(certificates, options) {
      return new Promise((resolve, reject) => {
        waiting = { certificates, options, settle: [...(waiting?.settle ?? []), { resolve, reject }] };
        if (!running) void work();
      });
    },
  };
}

function keep(bytes: Bytes): KeptSeries {
  let plain: Promise<readonly Buffer[]> | null = null;
  return {
    ...bytes,
    plain() {
      plain ??= inflate(bytes);
      return plain;
    },
  };
}

async function inflate({ deflated, plainBytes }: Bytes): Promise<readonly Buffer[]> {
  const chunkSize = Math.min(plainBytes, PLAIN_CHUNK_BYTES);
  const stream = createInflateRaw({ chunkSize, finishFlush: constants.Z_SYNC_FLUSH });
  stream.end(deflated);
  const plain: Buffer[] = [];
  for await (const chunk of stream) plain.push(chunk);
  return plain;
}

function emptyBytes(): Bytes {
  const plain = Buffer.concat(certificateFamilies('current').map((family) => family.header));
  return {
    plainBytes: plain.length,
    plainCrc32: crc32(plain),
    deflated: deflateRawSync(plain, DEFLATE_OPTIONS),
  };
}

async function renderBytes({ certificates, options }: Job): Promise<Bytes> {
  const { signal, status } = options;
  const compressor = createCompressor();
  let plainBytes = 0;
  let plainCrc32 = 0;
  try {
    for await (const chunk of renderChunks({ certificates, status, allocate: compressor.chunk })) {
      if (signal?.aborted)
        throw new MonitorError('ABORTED', "Cannot render the certificates' metrics: the monitor is stopping");
      plainBytes += chunk.length;
      plainCrc32 = crc32(chunk, plainCrc32);
      await compressor.take(chunk);
    }
    return { plainBytes, plainCrc32, deflated: await compressor.end() };
  } finally {
    compressor.close();
  }
}

interface Compressor {
  /** Memory for the next chunk: that of the one before the last, which is compressed by then. */
  chunk(): Buffer;
  /** Resolves when the chunk before is compressed; this one is being, in another thread. */
  take(chunk: Buffer): Promise<void>;
  /** Resolves with all of it. */
  end(): Promise<Buffer>;
  close(): void;
}

/** Two chunks take turns, so that 22 MB of text never need more than 128 KB. */
function createCompressor(): Compressor {
  const stream = createDeflateRaw(DEFLATE_OPTIONS);
  const deflated: Buffer[] = [];
  const chunks = [Buffer.allocUnsafeSlow(CHUNK_BYTES), Buffer.allocUnsafeSlow(CHUNK_BYTES)] as const;
  let next = 0;
  let before: Promise<void> = Promise.resolve();
  stream.on('data', (part: Buffer) => deflated.push(part));
  // Whoever waits for a write, or for the end, is told.
  stream.on('error', () => {});

  return {
    chunk() {
      next = 1 - next;
      return next === 0 ? chunks[0] : chunks[1];
    },
    async take(chunk) {
      const taken = written(stream, chunk);
      taken.catch(() => {});
      await before;
      before = taken;
    },
    async end() {
      await before;
      await ended(stream);
      return Buffer.concat(deflated);
    },
    close: () => stream.destroy(),
  };
}

function written(stream: DeflateRaw, chunk: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    stream.write(chunk, (error) => (error ? reject(error) : resolve()));
  });
}

function ended(stream: DeflateRaw): Promise<void> {
  return new Promise((resolve, reject) => {
    stream.once('end', resolve);
    stream.once('error', reject);
    stream.end();
  });
}

interface Rendering {
  readonly certificates: readonly WatchedCertificate[];
  readonly status: StatusSeries;
  allocate(): Buffer;
}

async function* renderChunks({ certificates, status, allocate }: Rendering): AsyncGenerator<Buffer> {
  const labels = await labelTable(certificates);
  const writer = createChunkWriter(allocate);
  for (const family of certificateFamilies(status)) {
    writer.bytes(family.header);
    for (const [index, certificate] of certificates.entries()) {
      family.write(writer, { certificate, labels, index });
      // A family of which hardly anyone has a sample fills no chunk for long.
      const isFull = writer.isFull();
      if (isFull) yield writer.take();
      // Waiting for the stream to drain does not let other work through; a turn of the loop does.
      if (isFull || index % CERTIFICATES_PER_TURN === CERTIFICATES_PER_TURN - 1) await nextTurn();
    }
  }
  yield writer.take();
}

/** The labels that each certificate repeats in every sample, encoded once. */
async function labelTable(certificates: readonly WatchedCertificate[]): Promise<LabelTable> {
  const offsets = new Uint32Array(certificates.length + 1);
  const writer = createChunkWriter(() =>
    Buffer.allocUnsafeSlow((certificates.length + 1) * LABEL_BYTES_GUESS),
  );
  let length = 0;
  for (const [index, certificate] of certificates.entries()) {
    length += writer.text(labelText(certificate));
    offsets[index + 1] = length;
    if (index % CERTIFICATES_PER_SLICE === CERTIFICATES_PER_SLICE - 1) await nextTurn();
  }
  return { bytes: writer.take(), offsets };
}
