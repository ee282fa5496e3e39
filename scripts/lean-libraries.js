// Leaves out of the bundle what a library brings along and this program never calls, but which costs time and memory at each start.
import { readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const DATE_TIME_FORMAT = fileURLToPath(new URL('../src/shared/date-time-format.ts', import.meta.url));

/** Folders of this program's own modules. */
const OWN = /[\\/](src|bench|test)([\\/]|$)/;

const LAZY_TLS = `
for (const name of ['checkServerIdentity', 'connect', 'createSecureContext', 'createServer', 'rootCertificates', 'TLSSocket'])
  Object.defineProperty(exports, name, { enumerable: true, get: () => require('node:tls')[name] });
`;

/** libsql where its native binding is the usual one; else libsql as it is, which finds out which one is right. */
const binding = (name, file) =>
  `module.exports = require('./quick-native') === null ? require('${name}') : require('./libsql/${file}');`;

/** What stands in place of libsql's search: null where it must search, as with musl, or where packages do not see each other's. */
const QUICK_NATIVE = `
const { existsSync } = require('node:fs');
const name = '@libsql/linux-' + process.arch + '-gnu';
const isUsual = process.platform === 'linux' && ['x64', 'arm64'].includes(process.arch) &&
  !existsSync('/lib/ld-musl-' + (process.arch === 'x64' ? 'x86_64' : 'aarch64') + '.so.1');
module.exports = isUsual ? load() : null;
function load() {
  try { return require(name); } catch (error) { if (error.code === 'MODULE_NOT_FOUND') return null; throw error; }
}
`;

/**
 * A file, or a package, that one folder's modules import: what stands in its place.
 * @type {readonly { readonly imported: RegExp, readonly by: RegExp, readonly instead: (folder: string) => string }[]}
 */
const REPLACED = [
  // Every request here names an adapter of its own, but for the heartbeat's: that one is loaded when it is sent.
  {
    imported: /^\.\/http\.js$/,
    by: /[\\/]axios[\\/]lib[\\/]adapters$/,
    instead: (folder) =>
      `export default (config) => import(${JSON.stringify(join(folder, 'http.js'))}).then((http) => http.default(config));`,
  },
  // To load it is to load all of Node's own fetch: 25 ms and 9 MB.
  {
    imported: /^\.\/fetch\.js$/,
    by: /[\\/]axios[\\/]lib[\\/]adapters$/,
    instead: () => 'export const getFetch = () => null; export default null;',
  },
  // Carries a table of all MIME types; no request has a form.
  {
    imported: /^form-data$/,
    by: /[\\/]axios[\\/]lib[\\/]/,
    instead: () => 'module.exports = null;',
  },
  // TLS is for who has it: loaded with the first connection that speaks it.
  {
    imported: /^node:tls$/,
    by: OWN,
    instead: () => LAZY_TLS,
  },
  // zod's messages in fifty languages, a sixth of the whole program; it speaks English unless told otherwise.
  {
    imported: /^\.\.\/locales\/index\.js$/,
    by: /[\\/]zod[\\/]v4[\\/](core|classic)$/,
    instead: (folder) =>
      `export { default as en } from ${JSON.stringify(join(folder, '..', 'locales', 'en.js'))};`,
  },
  // Commands of commander's that are programs of their own; there are none.
  {
    imported: /^node:child_process$/,
    by: /[\\/]commander[\\/]lib$/,
    instead: () => 'module.exports = {};',
  },
  // pino's threads that write the log; this one is written in place.
  {
    imported: /^\.\/(lib\/)?transport$/,
    by: /[\\/]pino([\\/]lib)?$/,
    instead: () =>
      'module.exports = () => { throw new Error("Cannot log through a thread: that is left out of this program"); };',
  },
  {
    imported: /^worker_threads$/,
    by: /[\\/]pino[\\/]lib$/,
    instead: () => 'module.exports = { isMainThread: true };',
  },
  // Metrics of many processes in one, and metrics that are sent; here they are asked for.
  {
    imported: /^\.\/lib\/(pushgateway|cluster)$/,
    by: /[\\/]prom-client$/,
    instead: () => 'module.exports = null;',
  },
  // Asked for exemplars alone, which no metric here has.
  {
    imported: /^@opentelemetry\/api$/,
    by: /[\\/]prom-client[\\/]lib/,
    instead: () => 'module.exports = null;',
  },
  // The native binding: what it looks for with reports and files of the system is nearly always the same.
  {
    imported: /^libsql$/,
    by: OWN,
    instead: () => binding('libsql', 'index.js'),
  },
  {
    imported: /^libsql\/promise$/,
    by: OWN,
    instead: () => binding('libsql/promise', 'promise.js'),
  },
  // A list for bundlers that cannot do without.
  {
    imported: /^\.\/\.targets$/,
    by: /[\\/]libsql$/,
    instead: () => 'module.exports = {};',
  },
  {
    imported: /^(@neon-rs\/load|detect-libc)$/,
    by: /[\\/]libsql$/,
    instead: () => 'module.exports = {};',
  },
  // Of threads undici wants to know how to keep its Request from them; there are no threads, and no such Request.
  {
    imported: /^node:worker_threads$/,
    by: /[\\/]undici[\\/]lib[\\/]/,
    instead: () => 'module.exports = {};',
  },
  // HTTP/2 must be asked for, and is not: node:http2 need not be there.
  {
    imported: /^\.\/client-h2\.js$/,
    by: /[\\/]undici[\\/]lib[\\/]dispatcher$/,
    instead: () =>
      'module.exports = () => { throw new Error("Cannot speak HTTP/2: it is left out of this program"); };',
  },
];

/**
 * A text in a library's file, how often it is there, and what stands in its place; the build fails where that changed.
 * @type {readonly { readonly file: RegExp, readonly text: string, readonly times: number, readonly instead: string, readonly first?: string }[]}
 */
const REWRITTEN = [
  // To look whether there is a FormData is to load all of Node's own fetch, too.
  {
    file: /[\\/]axios[\\/]lib[\\/]utils\.js$/,
    text: "const FormDataCtor = typeof G.FormData !== 'undefined' ? G.FormData : undefined;",
    times: 1,
    instead: 'const FormDataCtor = undefined;',
  },
  {
    file: /[\\/]libsql[\\/](index|promise)\.js$/,
    text: '} = requireNative();',
    times: 1,
    instead: '} = require("./quick-native");',
  },
  // A schedule in UTC does not need ICU's tables.
  {
    file: /[\\/]node-cron[\\/]dist[\\/]_shared\.js$/,
    text: 'new Intl.DateTimeFormat(',
    times: 2,
    instead: 'dateTimeFormat(',
    first: `import { dateTimeFormat } from ${JSON.stringify(DATE_TIME_FORMAT)};\n`,
  },
];

/** @type {import('esbuild').Plugin} */
export const leanLibraries = {
  name: 'lean-libraries',
  setup(build) {
    for (const { imported, by, instead } of REPLACED) {
      build.onResolve({ filter: imported }, ({ path, resolveDir, namespace }) =>
        namespace === 'file' && by.test(resolveDir)
          ? { path, namespace: 'left-out', pluginData: { contents: instead(resolveDir), resolveDir } }
          : undefined,
      );
    }
    build.onResolve({ filter: /^libsql(\/promise)?$/ }, ({ path }) => ({ path, external: true }));
    build.onResolve({ filter: /^\.\/libsql\//, namespace: 'left-out' }, ({ path }) => ({
      path: join(dirname(fileURLToPath(import.meta.resolve('libsql'))), basename(path)),
    }));
    build.onResolve({ filter: /^\.\/quick-native$/ }, ({ path }) => ({
      path,
      namespace: 'left-out',
      pluginData: { contents: QUICK_NATIVE, resolveDir: '/' },
    }));
    build.onLoad({ filter: /.*/, namespace: 'left-out' }, ({ pluginData }) => pluginData);
    for (const { file, text, times, instead, first = '' } of REWRITTEN) {
      build.onLoad({ filter: file }, ({ path }) => {
        const contents = readFileSync(path, 'utf8');
        if (contents.split(text).length !== times + 1)
          return { errors: [{ text: `Cannot make ${path} lean: it must say "${text}" ${times} times` }] };
        return { contents: first + contents.replaceAll(text, instead), loader: 'js' };
      });
    }
  },
};
