// Times, spans and causes in Chinese (zh-CN), and how Chinese stands beside other scripts. Pure.
import { DAY_MS, formatInstant, HOUR_MS, LAST_INSTANT_MS, MINUTE_MS } from '../shared/time.ts';

export function instant(ms: number): string {
  return Math.abs(ms) <= LAST_INSTANT_MS ? formatInstant(ms) : '未知时间';
}

/** `12天`, `1天4小时`, `3小时`, `5分钟`: the same steps as `formatSpan`. */
export function span(ms: number): string {
  const total = Math.max(0, ms);
  const days = Math.floor(total / DAY_MS);
  const hours = Math.floor((total % DAY_MS) / HOUR_MS);
  const minutes = Math.floor((total % HOUR_MS) / MINUTE_MS);
  if (days >= 3 || (days > 0 && hours === 0)) return `${days}天`;
  if (days > 0) return `${days}天${hours}小时`;
  if (hours > 0) return minutes > 0 && hours < 3 ? `${hours}小时${minutes}分钟` : `${hours}小时`;
  return minutes > 0 ? `${minutes}分钟` : '不到1分钟';
}

export function relative(ms: number, nowMs: number): string {
  return ms > nowMs ? `${span(ms - nowMs)}后` : `${span(nowMs - ms)}前`;
}

const CAUSES: ReadonlyMap<string, string> = new Map([
  ['unreachable', '无法连接 API'],
  ['timeout', 'API 响应超时'],
  ['throttled', 'API 返回请求过多（被限流）'],
  ['unauthorized', 'API 不接受凭证'],
  ['forbidden', '凭证缺少权限'],
  ['missing', 'API 中查不到该证书'],
  ['malformed', 'API 返回的内容无法识别'],
  ['server_error', 'API 报告服务端错误'],
  ['unlisted', '新证书没有被监控'],
]);

export function cause(reason: string): string {
  return CAUSES.get(reason) ?? reason;
}

/** A blank stands between Chinese and other scripts, and not within Chinese. */
export function apart(title: string): string {
  return /\p{Script=Han}$/u.test(title) ? title : `${title} `;
}
