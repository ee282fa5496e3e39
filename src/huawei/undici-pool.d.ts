// The one part of undici that is used. The package's index loads fetch, WebSocket and caches besides: 150 ms and 9 MB at start.
declare module 'undici/lib/dispatcher/pool.js' {
  export { Pool as default } from 'undici';
}
