// What to do next, per kind, in Chinese: the terms are those of Huawei Cloud's Chinese console (云证书管理服务, SSL证书管理). Pure.
import type { Kind } from '../certificates/finding.ts';

// A renewal is a new certificate with a new id, and nothing deploys it by itself.
const RENEW: readonly string[] = [
  '在云证书管理服务（CCM）控制台的“SSL证书管理”中续费或重新购买，完成域名验证，等待状态变为“已签发”。',
  '在旧证书所在的全部位置（ELB、WAF、CDN、自有服务器）部署新证书，并从外部访问，确认新证书已生效。',
  '在本监控的配置中用新证书的 ID 替换此 ID。续费得到的是一张 ID 不同的新证书，因此即使已经续费，也会收到本邮件。',
];

const NOT_NEEDED = '如果不再需要该证书：请将其从本监控的配置中移除。';

const STEPS: Readonly<Record<Exclude<Kind, 'unreadable'>, readonly string[]>> = {
  expired: ['请先在仍使用该证书的位置更换证书：客户端已拒绝访问这些业务。', ...RENEW, NOT_NEEDED],
  expiring: [...RENEW, NOT_NEEDED],
  revoked: [
    '请立即在所有使用该证书的位置（ELB、WAF、CDN、自有服务器）更换证书：客户端一旦查到吊销信息就会拒绝访问。',
    '在 CCM 控制台或向 CA 机构查明是谁吊销的、原因是什么。如果私钥可能已泄露，请重新生成密钥。',
    '在 CCM 控制台重新签发或重新购买证书，部署新证书，并将新 ID 写入本监控的配置。',
  ],
  unpassed: [
    '在 CCM 控制台查看申请未通过的原因：最常见的是域名验证未完成（DNS 解析记录或验证文件），或企业组织信息有误。',
    '修正后重新提交申请。如果这些域名目前由旧证书提供服务，请确认旧证书何时到期。',
  ],
  missing: [
    '在 CCM 控制台确认该证书是否已被删除，或属于其他账号、其他站点、其他企业项目。',
    '如果配置中的证书 ID 或账号有误，请更正；如果证书已被更换，请填写新证书的 ID。',
    '如果证书仍然存在：请确认监控所用的用户有权读取它（权限 scm:cert:get，以及对应的企业项目）。',
  ],
  untrusted: [
    '从外部查看该地址，例如 openssl s_client -connect HOST:443 -servername HOST -showcerts：证书是否正确，中间证书是否齐全，域名是否匹配？',
    '部署带完整证书链的证书（可在 CCM 控制台下载），并重新加载服务。',
  ],
  'served-expiring': [
    '在该地址取用证书的位置部署云端持有的证书及完整证书链：最先到期的也可能是中间证书。',
    '重新加载服务，并从外部确认新证书已生效。',
  ],
  'not-deployed': [
    '在旧证书所在的全部位置（ELB、WAF、CDN、自有服务器）部署新证书，并重新加载服务。',
    '从外部确认；如果应检查其他地址，请更正配置中的 `probe`。',
  ],
  'renewal-stuck': [
    '在 CCM 控制台查看申请进度：最常见的是等待域名验证。请确认 DNS 解析记录或验证文件已配置，并能从外部访问到。',
    '如果来不及签发：请立即购买或上传另一张证书，并在本证书到期之前完成部署。',
    '证书签发之后仍需部署：请为此预留时间。',
  ],
  'renewal-overdue': [
    '在 CCM 控制台查明为何尚未开始续费：多年期订单会在到期前 30 天自动申请下一张证书，其他证书需要手动续费。',
    ...RENEW.slice(0, 2),
    NOT_NEEDED,
  ],
  unmonitored: [
    '在状态页查看列表，把重要的证书写入本监控的配置：逐个填写 ID，或通过 accounts[].discover 监控整个账号。',
    '不再需要的证书：请在 CCM 控制台删除。',
  ],
  superseded: [
    '在旧证书所在的全部位置（ELB、WAF、CDN、自有服务器）部署新证书，并从外部访问，确认新证书已生效。',
    '然后停用旧证书：从本监控的配置中移除其 ID；如果不再需要，请在 CCM 控制台删除。',
  ],
  revoking: [
    '如果确实要吊销：请在吊销审核通过之前，先签发并部署替代的证书。',
    '如果不是有意吊销：请立即在 CCM 控制台撤回吊销申请，并查明是谁提交的。',
  ],
  pending: [
    '在 CCM 控制台查看申请进度：最常见的是等待域名验证。请确认 DNS 解析记录或验证文件已配置，并能从外部访问到。',
    '对于需要企业组织验证的证书：请回复 CA 机构的邮件或电话。不再需要的申请请取消。',
  ],
  unrecognised: [
    '在 CCM 控制台查看该证书，以控制台显示的内容为准：本监控不认识这个状态。',
    '查看新版本的 ccm-cert-monitor 是否已支持该状态；如果没有，请反馈这个状态值。',
  ],
};

const UNREADABLE: ReadonlyMap<string, readonly string[]> = new Map<string, readonly string[]>(
  Object.entries({
    unreachable: ['检查该账号的 endpoint 是否正确，并确认域名解析、防火墙和网络策略允许本监控访问它。'],
    timeout: [
      '检查网络以及华为云的服务状态（华为云会发布服务公告）；如果只是响应较慢，可调大该账号的 timeout。',
    ],
    throttled: ['调低该账号的 requestsPerSecond，并查明还有哪些程序使用同一用户调用 API。'],
    unauthorized: [
      '检查该账号的密码、密钥或 Token 是否正确、是否已被轮换，并且与 endpoint 属于同一站点。',
      '多次密码错误会使用户被锁定 15 分钟：请先更正密钥，再等待解锁。',
    ],
    forbidden: [
      '为监控所用的用户授予权限 scm:cert:get（或策略“SCM ReadOnlyAccess”），并授予对应企业项目的权限。',
    ],
    malformed: [
      '在 CCM 控制台查看该证书。如果控制台中一切正常，说明 API 返回了本监控无法使用的内容，请反馈。',
    ],
    server_error: ['查看华为云是否发布了故障公告；如果持续存在，请携带请求 ID 提交工单。'],
  }),
);

/** The certificates that are known are read all the same. */
const UNLISTED: readonly string[] = [
  '为监控所用的用户授予权限 scm:cert:list（或策略“SCM ReadOnlyAccess”）；日志会在每次检查时记录获取列表失败的原因。',
  '在此之前，请在 CCM 控制台查看新增的证书，并将其 ID 写入 `certificates`：此前已发现的证书仍照常监控。',
];

/** Steps in the order in which to take them. `cause` is the reason of failure, for what cannot be read. */
export function chineseAdviceFor(kind: Kind, cause: string): readonly string[] {
  if (kind !== 'unreadable') return STEPS[kind];
  if (cause === 'unlisted') return UNLISTED;
  const own = UNREADABLE.get(cause) ?? [
    '在监控所在的环境中运行 `ccm-cert-monitor check`：它会列出每一处失败及其原因。',
  ];
  return [...own, '恢复读取之前，本监控无法得知证书是否被吊销；到期时间仍按最后一次读到的日期监控。'];
}
