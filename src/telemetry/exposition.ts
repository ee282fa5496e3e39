// The certificates' part of /metrics: rendered once per check, in slices that let other work through, and kept as bytes.
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { constants, crc32, createDeflateRaw, deflateRawSync } from 'node:zlib';
import type { WatchedCertificate } from '../certificates/watched.ts';
import { MonitorError } from '../shared/errors.ts';
import { type ChunkPool, createChunkPool, createChunkWriter, type LabelTable } from './bytes.ts';
import { certificateFamilies, labelText, type StatusSeries } from './certificate-families.ts';

/** The kept bytes. They hold only gauges, so they are the same in text 0.0.4 and in OpenMetrics. */
export interface KeptSeries {
  /** Used again once the series are replaced and nobody holds them; `deflated` never is. */
  readonly plain: readonly Buffer[];
  readonly plainBytes: number;
  /** CRC-32 of the plain bytes. */
  readonly plainCrc32: number;
  /**
   * The plain bytes as raw DEFLATE (RFC 1951) without a final block and ending on a byte: what comes before and after
   * makes one gzip member of it. Members side by side would do by RFC 1952, but curl and browsers read only the first.
   */
  readonly deflated: Buffer;
  /** Keeps `plain` as it is until the returned function is called. */
  hold(): () => void;
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

type Bytes = Omit<KeptSeries, 'hold'>;

interface Job {
  readonly certificates: readonly WatchedCertificate[];
  readonly options: RenderOptions;
  readonly settle: { resolve(): void; reject(error: unknown): void }[];
}

const CERTIFICATES_PER_SLICE = 500;
const LABEL_BYTES_GUESS = 64;
// Text this repetitive gains 3 % from level 4 and 6 % from level 6, for half as much CPU time again.
const DEFLATE_OPTIONS = { level: 1, finishFlush: constants.Z_SYNC_FLUSH };

/** An exposition that has no certificates yet. */
export function createExposition(): Exposition {
  const pool = createChunkPool();
  let kept = holdable(emptyBytes(), pool);
  let running = false;
  let waiting: Job | null = null;

  async function work(): Promise<void> {
    running = true;
    for (let job = takeWaiting(); job !== null; job = takeWaiting()) {
      try {
        const rendered = await renderBytes(job, pool);
        kept.replaced();
        kept = holdable(rendered, pool);
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
    current: () => kept.series,
    render(certificates, options) {
      return new Promise((resolve, reject) => {
        waiting = { certificates, options, settle: [...(waiting?.settle ?? []), { resolve, reject }] };
        if (!running) void work();
      });
    },
  };
}

/** Gives the chunks back once the series were replaced and the last holder let go. */
function holdable(bytes: Bytes, pool: ChunkPool): { readonly series: KeptSeries; replaced(): void } {
  // The exposition itself is the first holder.
  let holders = 1;
  function release(): void {
    holders -= 1;
    if (holders === 0) pool.giveBack(bytes.plain);
  }
  return {
    series: {
      ...bytes,
      hold() {
        holders += 1;
        return onlyOnce(release);
      },
    },
    replaced: onlyOnce(release),
  };
}

function onlyOnce(action: () => void): () => void {
  let done = false;
  return () => {
    if (!done) action();
    done = true;
  };
}

function emptyBytes(): Bytes {
  const plain = Buffer.concat(certificateFamilies('current').map((family) => family.header));
  return {
    plain: [plain],
    plainBytes: plain.length,
    plainCrc32: crc32(plain),
    deflated: deflateRawSync(plain, DEFLATE_OPTIONS),
  };
}

async function renderBytes({ certificates, options }: Job, pool: ChunkPool): Promise<Bytes> {
  const { signal } = options;
  const plain: Buffer[] = [];
  const deflated: Buffer[] = [];
  let plainBytes = 0;
  let plainCrc32 = 0;

  async function* chunks(): AsyncGenerator<Buffer> {
    for await (const chunk of renderChunks({
      certificates,
      status: options.status,
      allocate: pool.allocate,
    })) {
      plain.push(chunk);
      plainBytes += chunk.length;
      plainCrc32 = crc32(chunk, plainCrc32);
      yield chunk;
    }
  }

  async function collect(parts: AsyncIterable<Buffer>): Promise<void> {
    for await (const part of parts) deflated.push(part);
  }

  const compress = createDeflateRaw(DEFLATE_OPTIONS);
  try {
    await pipeline(Readable.from(chunks()), compress, collect, signal === undefined ? {} : { signal });
  } catch (error) {
    if (!signal?.aborted) throw error;
    throw new MonitorError('ABORTED', "Cannot render the certificates' metrics: the monitor is stopping", {
      cause: error,
    });
  }
  return { plain, plainBytes, plainCrc32, deflated: Buffer.concat(deflated) };
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
      if (!writer.isFull()) continue;
      yield writer.take();
      // Waiting for the stream to drain does not let other work through; a turn of the loop does.
      await nextTurn();
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
