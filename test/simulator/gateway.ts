// The simulated API gateway in front of the SCM: who may pass, and how often.
import type { Iam } from './iam.ts';
import { type CloudRequest, gatewayError, type Reply, tokenRefused } from './replies.ts';
import { type AccessKey, verifySignature } from './verify-signature.ts';

export type AuthKind = 'none' | 'token' | 'signature';

export interface Throttle {
  readonly requestsPerSecond: number;
  /** Sent as `Retry-After` where set. */
  readonly retryAfterSeconds?: number;
}

/** Which kind of credentials a request carries, whether they are good or not. */
export function authKindOf({ headers }: Pick<CloudRequest, 'headers'>): AuthKind {
  if (headers['x-auth-token'] !== undefined) return 'token';
  return headers['authorization'] === undefined ? 'none' : 'signature';
}

/** Null where the request may pass, or the gateway's refusal. */
export function refuseCredentials(
  request: CloudRequest,
  { iam, keys, nowMs }: { readonly iam: Iam; readonly keys: readonly AccessKey[]; readonly nowMs: number },
): Reply | null {
  const kind = authKindOf(request);
  switch (kind) {
    case 'none':
      return unauthorized(request, {
        code: 'APIGW.0301',
        message: 'Incorrect IAM authentication information: x-auth-token not found',
      });
    case 'token':
      if (iam.isValid(String(request.headers['x-auth-token']))) return null;
      return tokenRefused(request.requestId);
    case 'signature': {
      const verdict = verifySignature(request, { keys, nowMs });
      if (verdict.ok) return null;
      return unauthorized(request, {
        code: 'APIGW.0301',
        message: `Incorrect IAM authentication information: ${verdict.message}`,
      });
    }
  }
}

function unauthorized(
  { requestId }: CloudRequest,
  { code, message }: { code: string; message: string },
): Reply {
  return gatewayError({ status: 401, code, message, requestId });
}

export interface Meter {
  /** Null where the request is within the limit, or the 429. Windows of one second, as the gateway counts. */
  refuse(request: CloudRequest, throttle: Throttle | null): Reply | null;
}

/** Counts requests by the monotonic clock: a test that turns the wall clock must not change the throttling. */
export function createMeter(monotonicMs: () => number = () => performance.now()): Meter {
  let windowStartMs = Number.NEGATIVE_INFINITY;
  let count = 0;
  return {
    refuse({ requestId }, throttle) {
      if (throttle === null) return null;
      const nowMs = monotonicMs();
      if (nowMs - windowStartMs >= 1_000) {
        windowStartMs = nowMs;
        count = 0;
      }
      count += 1;
      if (count <= throttle.requestsPerSecond) return null;
      return tooMany(throttle, requestId);
    },
  };
}

function tooMany({ requestsPerSecond, retryAfterSeconds }: Throttle, requestId: string): Reply {
  const message = `The throttling threshold has been reached: policy user over ratelimit,limit:${requestsPerSecond},time:1 second`;
  const reply = gatewayError({ status: 429, code: 'APIGW.0308', message, requestId });
  if (retryAfterSeconds === undefined) return reply;
  return { ...reply, headers: { ...reply.headers, 'Retry-After': String(retryAfterSeconds) } };
}
