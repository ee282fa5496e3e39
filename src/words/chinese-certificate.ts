// How a certificate and what is so with it are said in Chinese (zh-CN), in mails and on pages alike. Pure.
import type { Ending } from '../alerts/alert.ts';
import type { Kind } from '../certificates/finding.ts';
import type { CertificateWords } from './certificate-words.ts';
import { chineseAdviceFor } from './chinese-advice.ts';
import { apart, cause, instant, relative, span } from './chinese-basics.ts';
import { brief, lead } from './chinese-lead.ts';
import { chineseDeployed } from './deployed.ts';

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
    case 'seen':
      return '最近一次外部查看已确认';
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
  deployed: chineseDeployed,
  certificates: (count) => `${count}张证书`,
  andMore: (count) => `另有${count}个`,
  never: '从未',
  unknown: '未知',
};
