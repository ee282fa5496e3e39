// Where a certificate is deployed, as people read it.
import { expect, test } from '@jest/globals';
import type { DeployedService } from '../../src/certificates/deployment.ts';
import { certificateWords } from '../../src/words/words.ts';

const elb = (counts: Readonly<Record<string, number | null>>): DeployedService => ({
  service: 'ELB',
  count: Object.values(counts).reduce<number>((sum, count) => sum + (count ?? 0), 0),
  regions: Object.entries(counts).map(([region, count]) => ({ region, count })),
});
const cdn = (count: number): DeployedService => ({ service: 'CDN', count, regions: [] });
const NOWHERE = ['on nothing that the cloud knows of (CDN, WAF, ELB)', '云端未发现部署（CDN、WAF、ELB）'];

test.each<
  readonly [services: readonly DeployedService[], english: string | undefined, chinese: string | undefined]
>([
  [[], NOWHERE[0], NOWHERE[1]],
  [[cdn(0), elb({ 'cn-north-4': 0 })], NOWHERE[0], NOWHERE[1]],
  [[cdn(1)], '1 CDN domain', '1个CDN域名'],
  [
    [cdn(2), elb({ 'cn-north-4': 1 })],
    '2 CDN domains, 1 ELB in cn-north-4',
    '2个CDN域名，1个ELB（cn-north-4）',
  ],
  [
    [elb({ 'cn-north-4': 1, 'cn-east-3': 0, 'eu-west-101': 2 })],
    '3 ELBs in cn-north-4 (1) and eu-west-101 (2)',
    '3个ELB（cn-north-4：1，eu-west-101：2）',
  ],
  // A region that the cloud could not ask is not taken for one that has none.
  [[elb({ 'cn-north-4': null })], 'ELBs in cn-north-4 (not known)', 'ELB（cn-north-4：未知）'],
  [
    [elb({ a: 1, b: 1, c: 1, d: 1, e: 1, f: 1, g: 1 })],
    '7 ELBs in a (1), b (1), c (1), d (1), e (1) and 2 more',
    '7个ELB（a：1，b：1，c：1，d：1，e：1，另有2个区域）',
  ],
  [
    Array.from({ length: 12 }, (_, n) => ({ service: `S${n}`, count: 1, regions: [] })),
    '1 S0, 1 S1, 1 S2, 1 S3, 1 S4, 1 S5, 1 S6, 1 S7, 1 S8, 1 S9, 2 more',
    '1个S0，1个S1，1个S2，1个S3，1个S4，1个S5，1个S6，1个S7，1个S8，1个S9，另有2项',
  ],
])('%j is said', (services, english, chinese) => {
  expect(certificateWords('en').deployed(services)).toBe(english);
  expect(certificateWords('zh-CN').deployed(services)).toBe(chinese);
});
