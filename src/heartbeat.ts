// The dead-man's switch: one GET to a monitor elsewhere after each check in which every account answered.
import axios from 'axios';
import { SECOND_MS } from './shared/time.ts';

const TIMEOUT_MS = 10 * SECOND_MS;
const ANSWER_MAX_BYTES = 64 * 1024;

/** Resolves with null where the other side took it (2xx), else with why not; never throws and follows no redirect. */
export async function sendHeartbeat(
  url: string,
  { signal, timeoutMs = TIMEOUT_MS }: { signal: AbortSignal; timeoutMs?: number },
): Promise<string | null> {
  // Not AbortSignal.any of a timeout: on Node 20 the garbage collector takes that timeout away, and nothing ends.
  const cut = new AbortController();
  const stop = () => cut.abort();
  const deadline = setTimeout(stop, timeoutMs);
  signal.addEventListener('abort', stop, { once: true });
  try {
    const { status } = await axios.get(url, {
      maxRedirects: 0,
      maxContentLength: ANSWER_MAX_BYTES,
      signal: cut.signal,
      proxy: false,
      responseType: 'text',
      validateStatus: () => true,
      headers: { 'User-Agent': 'ccm-cert-monitor' },
    });
    return status >= 200 && status < 300 ? null : `it answered HTTP ${status}`;
  } catch (error) {
    // The URL is a secret of its own (its path is the key): neither it nor the raw error is passed on.
    if (cut.signal.aborted)
      return signal.aborted ? 'the monitor is stopping' : `no answer within ${timeoutMs / SECOND_MS} s`;
    return axios.isAxiosError(error) && error.code !== undefined ? error.code : 'no answer';
  } finally {
    clearTimeout(deadline);
    signal.removeEventListener('abort', stop);
  }
}
