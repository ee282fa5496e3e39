// The words of a mail in Chinese (zh-CN): tags, labels, remarks. Pure.
import type { Change } from '../alerts/alert.ts';
import { chineseCertificate } from './chinese-certificate.ts';
import type { MailWords } from './english-mail.ts';

const { instant, span } = chineseCertificate;

function change(
  what: Change,
  {
    rungMs,
    reminderMs,
    occurrence,
  }: { rungMs: number | null; reminderMs: number | null; occurrence: number },
): string | null {
  switch (what) {
    case 'first':
      return occurrence > 1 ? `问题再次出现：此前已通知恢复（第${occurrence}次出现）。` : null;
    case 'rung':
      return rungMs === null ? null : `再次通知：剩余时间已不足${span(rungMs)}。`;
    case 'reminder':
      return reminderMs === null ? null : `再次通知：已持续${span(reminderMs)}，问题仍未解决。`;
    case 'resolved':
      return null;
  }
}

export const chineseMail: MailWords = {
  ...chineseCertificate,
  change,
  resolved: '已恢复',
  resolvedCount: '已恢复',
  test: '测试',
  testSubject: '证书监控邮件可以送达',
  testLead: '这是一封测试邮件：证书监控的邮件可以送达此邮箱',
  testText: '收到本邮件不代表任何证书有问题，无需进行任何操作。',
  summary: '汇总',
  ofAccount: (count, account) => `账号 ${account} 的${count}张证书`,
  ofAccounts: (count) => `多个账号的${count}张证书`,
  flaps: '状态反复变化：恢复后一天之内再次出现。在此期间每天最多通知两次。',
  rung: (ms) => `剩余不足${span(ms)}`,
  lasted: (sinceMs, untilMs) => `共持续${span(untilMs - sinceMs)}，始于 ${instant(sinceMs)}。`,
  critical: '严重',
  warning: '警告',
  ahead: '90天内到期',
  allWell: '一切正常，无需处理',
  silencedUntil: (untilMs, reason) =>
    `静默至 ${instant(untilMs)}${reason === null ? '' : `，原因：${reason}`}`,
  parked: (count) => `${count}封邮件无法送达：邮件服务器已拒收。详情请运行：ccm-cert-monitor mails`,
  label: {
    nextSteps: '处理步骤',
    certificate: '证书',
    certificates: '证书',
    domains: '域名',
    name: '名称',
    alias: '别名',
    id: 'ID',
    account: '账号',
    owner: '负责人',
    status: '状态',
    notAfter: '到期时间',
    stateSince: '起始时间',
    firstSeen: '首次发现',
    found: '发现时间',
    rung: '提醒档位',
    lastRead: '最后读取',
    runbook: '处理手册',
    page: '状态页',
    monitor: '监控自身',
    sent: '发送时间',
    watched: '监控中',
    healthy: '正常',
    active: '告警',
    silenced: '已静默',
    unread: '未能读取',
    parkedMails: '拒收邮件',
    lastCompleteCheck: '最后一次完整检查',
    attention: '需要处理',
    ahead: '90天内到期',
  },
  footer: () => '本邮件由 ccm-cert-monitor 自动发送，请勿回复。',
  silence: (id) => `如需暂停此证书的邮件：ccm-cert-monitor silence ${id} --until YYYY-MM-DD`,
};
