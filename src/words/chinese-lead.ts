// What is so with a certificate, in one sentence of Chinese (zh-CN): with its title, and beside it. Pure.
import type { Told } from './certificate-words.ts';
import { apart, cause, instant, relative, span } from './chinese-basics.ts';

export function lead(told: Told): string {
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
      return told.cause === 'unlisted'
        ? `无法获取${title}的证书列表：${cause(told.cause)}`
        : `无法读取 ${told.title}：${cause(told.cause)}`;
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

export function brief(told: Told): string {
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
      return `${told.cause === 'unlisted' ? '无法获取证书列表' : '无法读取'}：${cause(told.cause)}`;
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
