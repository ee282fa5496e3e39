// The words of a mail in Chinese (zh-CN): tags, labels, remarks. Pure.
import type { Change } from '../alerts/alert.ts';
import type { Kind } from '../certificates/finding.ts';
import { SECOND_MS } from '../shared/time.ts';
import { chineseCertificate } from './chinese-certificate.ts';
import type { Counted, MailWords } from './mail-words.ts';

const { instant, span, certificates, relative, kind, andMore, cause } = chineseCertificate;

function change(
  what: Change,
  { rungMs, reminderMs, occurrence }: Parameters<MailWords['change']>[1],
): string | null {
  switch (what) {
    case 'first':
      return occurrence > 1 ? `问题再次出现：此前已通知恢复（第${occurrence}次出现）。` : null;
    case 'rung':
      return rungMs === null ? null : `再次通知：剩余时间已不足${span(rungMs)}。`;
    case 'reminder':
      return reminderMs === null ? null : `再次提醒：问题已持续${span(reminderMs)}，尚未解决。`;
    case 'resolved':
      return null;
  }
}

const COUNTED: Readonly<Record<Exclude<Counted, Kind>, string>> = {
  resolved: '已恢复',
  critical: '严重',
  warning: '警告',
  unread: '未能读取',
  silenced: '已静默',
  ahead: '90天内到期',
};

/** `已过期1`: the form of Chinese monitoring mails, which needs no measure word. */
function count(what: Counted, number: number): string {
  switch (what) {
    case 'resolved':
    case 'critical':
    case 'warning':
    case 'unread':
    case 'silenced':
      return `${COUNTED[what]}${number}`;
    case 'ahead':
      return `${COUNTED.ahead}${number}张`;
    default:
      return `${kind(what)}${number}`;
  }
}

function clockWrong(account: string, seconds: number): string {
  return `比账号 ${account} 的云端时钟${seconds > 0 ? '慢' : '快'}${span(Math.abs(seconds) * SECOND_MS)}`;
}

/** What evaluate() adds to a failure for people: the facts of the mail say it in Chinese. */
const LAST_READ = /\. It was (?:never read|last read at [^.]+)$/;

export const chineseMail: MailWords = {
  ...chineseCertificate,
  label: {
    nextSteps: '处理步骤',
    certificate: '证书信息',
    certificates: '证书',
    domains: '域名',
    name: '名称',
    alias: '别名',
    id: 'ID',
    account: '账号',
    owner: '负责人',
    status: '状态',
    notAfter: '到期时间',
    stateSince: '开始时间',
    firstSeen: '首次发现',
    found: '发现时间',
    ended: '恢复时间',
    deployed: '部署位置',
    lastRead: '最近读取',
    runbook: '处理手册',
    page: '状态页',
    monitor: '监控自身',
    sent: '发送时间',
    glance: '概览',
    watched: '监控证书',
    healthy: '正常',
    critical: '严重',
    warning: '警告',
    silenced: '已静默',
    unread: '未能读取',
    ahead: '90天内到期',
    attention: '需要处理',
    undelivered: '未送达的邮件',
    waitingMails: '待发邮件',
    parkedMails: '被拒邮件',
    unmonitored: '未被监控',
    lastCompleteCheck: '最近完整检查',
    clock: '时钟',
  },
  colon: '：',
  pair: (label, value) => `${label}：${value}`,
  list: (items, more) => `${items.join('、')}${more > 0 ? `，${andMore(more)}` : ''}`,
  sentences: (texts) => texts.map((text) => text.replace(/[^。！？]$/u, '$&。')).join(''),
  change,
  technical: (reason) => `技术详情：${reason.replace(LAST_READ, '')}`,
  resolved: '已恢复',
  test: '测试',
  testSubject: '证书监控邮件可以送达',
  testLead: '这是一封测试邮件：证书监控的邮件可以送达此邮箱',
  testText: '本邮件与任何证书的状态无关，无需处理。',
  summary: '汇总',
  account: (name) => `账号 ${name}`,
  ofAccount: (number, account) => `账号 ${account} 的${certificates(number)}`,
  ofAccountBriefly: (number, account) => `账号 ${account} 的${certificates(number)}`,
  ofAccounts: (number) => `多个账号的${certificates(number)}`,
  briefCause: cause,
  nextStepsFor: (kindText, causeText) =>
    `处理步骤：${kindText}${causeText === null ? '' : `（${causeText}）`}`,
  flaps: '状态反复变化：恢复后一天之内再次出现。在此期间每天最多通知两次。',
  lasted: (sinceMs, untilMs) => `共持续${span(untilMs - sinceMs)}，始于 ${instant(sinceMs)}。`,
  counts: (total, counts, more) => `${certificates(total)}：${counts.join('，')}${more ? '…' : ''}`,
  count,
  allWell: '一切正常',
  stalled: '检查已停滞',
  silencedUntil: (untilMs, reason) =>
    `静默至 ${instant(untilMs)}${reason === null ? '' : `，原因：${reason}`}`,
  stale: (lastMs, nowMs) =>
    lastMs === null
      ? '尚未完成过任何检查：以下内容不可作为依据。'
      : `自 ${instant(lastMs)}（${relative(lastMs, nowMs)}）以来没有完成任何检查：以下内容可能已过时。`,
  notReadYet: '尚未读取',
  undelivered: (waiting, parked) =>
    [...(waiting > 0 ? [`${waiting}封待发`] : []), ...(parked > 0 ? [`${parked}封被永久拒收`] : [])].join(
      '，',
    ),
  answer: (response) => `邮件服务器应答：${response}`,
  seeMails: '查看每封邮件：ccm-cert-monitor mails',
  clockRight: '与云端时钟一致',
  clockWrong,
  footer: '本邮件由 ccm-cert-monitor 自动发送，请勿回复。',
  silence: (id) => `如需暂停该证书的邮件：ccm-cert-monitor silence ${id} --until YYYY-MM-DD`,
};
