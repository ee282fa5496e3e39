// How a certificate and what is so with it are said in Chinese (zh-CN), in mails and on pages alike. Pure.
import type { Ending } from '../alerts/alert.ts';
import type { Kind } from '../certificates/finding.ts';
import { DAY_MS, formatInstant, HOUR_MS, LAST_INSTANT_MS, MINUTE_MS } from '../shared/time.ts';
import type { CertificateWords, Told } from './certificate-words.ts';
import { chineseAdviceFor } from './chinese-advice.ts';

function instant(ms: number): string {
  return Math.abs(ms) <= LAST_INSTANT_MS ? formatInstant(ms) : '未知时间';
}

/** `12天`, `1天4小时`, `3小时`, `5分钟`: the same steps as `formatSpan`. */
function span(ms: number): string {
  const total = Math.max(0, ms);
  const days = Math.floor(total / DAY_MS);
  const hours = Math.floor((total % DAY_MS) / HOUR_MS);
  const minutes = Math.floor((total % HOUR_MS) / MINUTE_MS);
  if (days >= 3 || (days > 0 && hours === 0)) return `${days}天`;
  if (days > 0) return `${days}天${hours}小时`;
  if (hours > 0) return minutes > 0 && hours < 3 ? `${hours}小时${minutes}分钟` : `${hours}小时`;
  return minutes > 0 ? `${minutes}分钟` : '不到1分钟';
}

function relative(ms: number, nowMs: number): string {
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
]);

function cause(reason: string): string {
  return CAUSES.get(reason) ?? reason;
}

const KINDS: Readonly<Record<Kind, string>> = {
  expired: '已过期',
  revoked: '已吊销',
  unpassed: '申请未通过',
  missing: '证书不存在',
  unreadable: '无法读取',
  expiring: '即将到期',
  revoking: '吊销审核中',
  pending: '申请未完成',
  'renewal-stuck': '续费申请受阻',
  untrusted: '不受信任',
  'served-expiring': '线上证书将到期',
  'not-deployed': '尚未部署',
  'renewal-overdue': '尚未续费',
  unmonitored: '未被监控',
  superseded: '已有新证书',
  unrecognised: '未知状态',
};

/** As the Chinese reference of the API and the console call them. */
const STATUSES: ReadonlyMap<string, string> = new Map([
  ['PAID', '已付款，待申请'],
  ['ISSUED', '已签发'],
  ['CHECKING', '申请审核中'],
  ['CHECKING_DOMAIN', '待完成域名验证'],
  ['CHECKING_ORG', '待完成企业组织验证'],
  ['ISSUING', '待签发'],
  ['CANCELCHECKING', '取消申请审核中'],
  ['UNPASSED', '申请未通过'],
  ['EXPIRED', '已过期'],
  ['REVOKING', '吊销审核中'],
  ['CANCLEREVOKING', '取消吊销审核中'],
  ['CANCELREVOKING', '取消吊销审核中'],
  ['REVOKED', '已吊销'],
  ['UPLOAD', '托管中'],
  ['SUPPLEMENTCHECKING', '新增附加域名审核中'],
  ['CANCELSUPPLEMENTING', '取消新增附加域名审核中'],
]);

function status(word: string): string {
  const known = STATUSES.get(word);
  return known === undefined ? word : `${known} (${word})`;
}

/** A blank stands between Chinese and other scripts, and not within Chinese. */
function apart(title: string): string {
  return /\p{Script=Han}$/u.test(title) ? title : `${title} `;
}

function lead(told: Told): string {
  const { many, notAfterMs, nowMs } = told;
  const title = apart(told.title);
  switch (told.kind) {
    case 'revoked':
      return `${title}已被吊销${told.revokeReason === null ? '' : `，原因：${told.revokeReason}`}`;
    case 'expired':
      return notAfterMs === null || notAfterMs > nowMs
        ? `${title}已过期：${SAID_EXPIRED}`
        : `${title}已过期：${relative(notAfterMs, nowMs)}到期（${instant(notAfterMs)}）`;
    case 'unpassed':
      return `${title}的证书申请未通过`;
    case 'missing':
      return `${title}不存在：账号 ${told.account} 中查不到${many ? '这些' : '该'}证书`;
    case 'unreadable':
      return `无法读取 ${told.title}：${cause(told.cause)}`;
    case 'expiring':
      if (notAfterMs === null) return `${title}即将到期`;
      return notAfterMs > nowMs
        ? `${title}将于${relative(notAfterMs, nowMs)}到期（${instant(notAfterMs)}）`
        : `${title}已于${relative(notAfterMs, nowMs)}到期（${instant(notAfterMs)}）`;
    case 'untrusted':
      return `${title}在线上不受信任：${refusedAt(told)}`;
    case 'served-expiring':
      return `${title}的线上证书${servedUntil(told)}：${placeOf(told)}`;
    case 'not-deployed':
      return `${title}尚未部署：${placeOf(told)} 仍在使用旧证书`;
    case 'renewal-stuck':
      return `${title}${endsIn(told)}，而新证书 ${renewalOf(told)}仍在申请中`;
    case 'renewal-overdue':
      return `${title}${endsIn(told)}，账号中没有可以接替的证书`;
    case 'unmonitored':
      return `${title}没有被监控`;
    case 'superseded':
      return `${title}已有新证书 ${renewalOf(told)}：请部署新证书，并停用旧证书`;
    case 'revoking':
      return `${title}的吊销申请正在审核`;
    case 'pending':
      return `${title}已申请${span(nowMs - told.stateSinceMs)}，仍未签发`;
    case 'unrecognised':
      return `${title}处于未知状态${told.status === null ? '' : `：${told.status}`}`;
  }
}

function brief(told: Told): string {
  const { notAfterMs, nowMs } = told;
  switch (told.kind) {
    case 'revoked':
      return told.revokeReason === null ? '已被吊销，未说明原因' : `已被吊销，原因：${told.revokeReason}`;
    case 'expired':
      return notAfterMs === null || notAfterMs > nowMs
        ? SAID_EXPIRED
        : `已于${relative(notAfterMs, nowMs)}到期（${instant(notAfterMs)}）`;
    case 'unpassed':
      return '证书申请未通过';
    case 'missing':
      return `账号 ${told.account} 中查不到${told.many ? '这些' : '该'}证书`;
    case 'unreadable':
      return `无法读取：${cause(told.cause)}`;
    case 'expiring':
      if (notAfterMs === null) return '即将到期';
      return `${notAfterMs > nowMs ? '将' : '已'}于${relative(notAfterMs, nowMs)}到期（${instant(notAfterMs)}）`;
    case 'untrusted':
      return `线上不受信任：${refusedAt(told)}`;
    case 'served-expiring':
      return `${placeOf(told)} 使用的证书${servedUntil(told)}`;
    case 'not-deployed':
      return `${placeOf(told)} 仍在使用旧证书`;
    case 'renewal-stuck':
      return `${endsIn(told)}，而新证书 ${renewalOf(told)}仍在申请中`;
    case 'renewal-overdue':
      return `${endsIn(told)}，账号中没有可以接替的证书`;
    case 'unmonitored':
      return '没有被监控';
    case 'superseded':
      return `已有新证书 ${renewalOf(told)}：请部署新证书，并停用旧证书`;
    case 'revoking':
      return '吊销申请正在审核';
    case 'pending':
      return `已申请${span(nowMs - told.stateSinceMs)}，仍未签发`;
    case 'unrecognised':
      return `状态未知${told.status === null ? '' : `：${told.status}`}`;
  }
}

function endsIn({ notAfterMs, nowMs }: Told): string {
  if (notAfterMs === null) return '即将到期';
  return `${notAfterMs > nowMs ? '将' : '已'}于${relative(notAfterMs, nowMs)}到期（${instant(notAfterMs)}）`;
}

/** Ends with a blank or a bracket, so that Chinese can follow. */
function renewalOf({ renewal, account }: Told): string {
  if (renewal === null) return '';
  const facts = [
    renewal.name,
    renewal.account === account ? null : `账号 ${renewal.account}`,
    renewal.notAfterMs === null ? null : `有效期至 ${instant(renewal.notAfterMs)}`,
  ].filter((fact) => fact !== null);
  return facts.length === 0 ? `${renewal.id} ` : `${renewal.id}（${facts.join('，')}）`;
}

function placeOf({ place }: Told): string {
  if (place === null || place.endpoint === '') return '某个访问地址';
  return place.more === 0 ? place.endpoint : `${place.endpoint} 等${place.more + 1}处`;
}

function refusedAt(told: Told): string {
  const why = told.place?.why ?? null;
  return why === null ? `客户端拒绝 ${placeOf(told)}` : `客户端拒绝 ${placeOf(told)}（${why}）`;
}

function servedUntil({ place, nowMs }: Told): string {
  const endMs = place?.notAfterMs ?? null;
  if (endMs === null) return '将提前到期';
  return `${endMs > nowMs ? '将' : '已'}于${relative(endMs, nowMs)}到期（${instant(endMs)}）`;
}

const SAID_EXPIRED = '云端状态为“已过期”';

/** To follow the title: `已恢复读取`. */
function over(kind: Kind): string {
  switch (kind) {
    case 'expired':
    case 'revoked':
    case 'unpassed':
    case 'unrecognised':
      return `不再处于“${KINDS[kind]}”状态`;
    case 'untrusted':
      return '在线上已恢复受信任';
    case 'served-expiring':
      return '的线上证书已不再提前到期';
    case 'not-deployed':
      return '已不再等待部署';
    case 'renewal-stuck':
      return '的新证书已不再停留在申请中';
    case 'renewal-overdue':
      return '不再缺少续费';
    case 'unmonitored':
      return '已被监控';
    case 'superseded':
      return '不再有新证书接替';
    case 'missing':
      return '已能重新查到';
    case 'unreadable':
      return '已恢复读取';
    case 'expiring':
      return '不再临近到期';
    case 'revoking':
      return '的吊销审核已结束';
    case 'pending':
      return '的申请已不再等待';
  }
}

function ending(how: Ending | null, nowMs: number): string {
  switch (how?.how) {
    case 'renewed':
      return `已更新，有效期至 ${instant(how.notAfterMs)}（${relative(how.notAfterMs, nowMs)}）`;
    case 'status':
      return `当前状态为${status(how.status)}`;
    case 'gone':
      return '云端已查不到该证书';
    case 'superseded':
      return '已有新证书接替';
    case 'thresholds':
      return '已不在配置的告警阈值之内';
    case 'readable':
    case undefined:
      return '';
  }
}

export const chineseCertificate: CertificateWords = {
  instant,
  span,
  relative,
  when: (ms, nowMs) => `${instant(ms)}（${relative(ms, nowMs)}）`,
  lead,
  brief,
  ending,
  over,
  isOver: (title, kind) => apart(title) + over(kind),
  cause,
  advice: chineseAdviceFor,
  severity: { critical: '严重', warning: '警告', info: '提示' },
  kind: (kind) => KINDS[kind],
  status,
  certificates: (count) => `${count}张证书`,
  andMore: (count) => `另有${count}个`,
  never: '从未',
  unknown: '未知',
};
