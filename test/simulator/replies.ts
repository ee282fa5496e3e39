// What the simulated cloud answers: one reply, and the three shapes of its errors. Pure.

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What the simulator knows of one request once it has been read. */
export interface CloudRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  /** Path and query as they came. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
  readonly requestId: string;
}

/** A JSON reply with the cloud's content type. */
export function json(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Reply {
  return { status, headers: { 'Content-Type': 'application/json', ...headers }, body: JSON.stringify(body) };
}

export interface ErrorWords {
  readonly status: number;
  readonly code: string;
  readonly message: string;
}

/** `{"error_code":"SCM.0003","error_msg":"…"}`. */
export function scmError({ status, code, message }: ErrorWords): Reply {
  return json(status, { error_code: code, error_msg: message });
}

/** `{"error_msg":"…","error_code":"APIGW.0301","request_id":"…"}`. */
export function gatewayError({
  status,
  code,
  message,
  requestId,
}: ErrorWords & { requestId: string }): Reply {
  return json(status, { error_msg: message, error_code: code, request_id: requestId });
}

/** 401 APIGW.0307: the token has expired, or belongs to another site. */
export function tokenRefused(requestId: string): Reply {
  return gatewayError({ status: 401, code: 'APIGW.0307', message: 'The token must be updated', requestId });
}

/** `{"error":{"code":401,"message":"…","title":"Unauthorized"}}`. */
export function iamError(status: number, message: string): Reply {
  return json(status, { error: { code: status, message, title: IAM_TITLES.get(status) ?? 'Error' } });
}

const IAM_TITLES: ReadonlyMap<number, string> = new Map([
  [400, 'Bad Request'],
  [401, 'Unauthorized'],
  [403, 'Forbidden'],
  [500, 'Internal Server Error'],
]);
