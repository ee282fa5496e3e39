// Where a certificate is deployed, in every language that there is. Pure.
import type { DeployedRegion, DeployedService } from '../certificates/deployment.ts';
import { plural } from '../shared/time.ts';
import { grouped } from './numbers.ts';

const SERVICES_MAX = 10;
const REGIONS_MAX = 5;

/** What these services serve one by one is a domain. */
const OF_DOMAINS: ReadonlySet<string> = new Set(['CDN', 'WAF']);

/** What is there to be said: services and regions that have nothing are left out. */
function used(services: readonly DeployedService[]): readonly DeployedService[] {
  return services
    .map((one) => ({ ...one, regions: one.regions.filter(({ count }) => count !== 0) }))
    .filter(({ count, regions }) => count > 0 || regions.length > 0);
}

/** `2 CDN domains, 1 ELB in cn-north-4, 3 WAF domains in cn-north-4 (2) and cn-east-3 (1)`. */
export function englishDeployed(services: readonly DeployedService[]): string {
  const there = used(services);
  if (there.length === 0) return 'on nothing that the cloud knows of (CDN, WAF, ELB)';
  return listOf(there.map(serviceText), { most: SERVICES_MAX, last: ', ', more: (n) => `${n} more` });

  function serviceText({ service, count, regions }: DeployedService): string {
    const noun = OF_DOMAINS.has(service) ? `${service} domain` : service;
    const what = count === 0 ? `${noun}s` : plural(count, noun);
    return regions.length === 0 ? what : `${what} in ${regionsText(regions)}`;
  }

  function regionsText(regions: readonly DeployedRegion[]): string {
    const [only] = regions;
    if (regions.length === 1 && only !== undefined && only.count !== null) return only.region;
    const each = regions.map(
      ({ region, count }) => `${region} (${count === null ? 'not known' : grouped(count)})`,
    );
    return listOf(each, { most: REGIONS_MAX, last: ' and ', more: (n) => `${n} more` });
  }
}

/** `2个CDN域名，1个ELB（cn-north-4）`. */
export function chineseDeployed(services: readonly DeployedService[]): string {
  const there = used(services);
  if (there.length === 0) return '云端未发现部署（CDN、WAF、ELB）';
  return listOf(there.map(serviceText), {
    most: SERVICES_MAX,
    between: '，',
    last: '，',
    more: (n) => `另有${n}项`,
  });

  function serviceText({ service, count, regions }: DeployedService): string {
    const noun = OF_DOMAINS.has(service) ? `${service}域名` : service;
    const what = count === 0 ? noun : `${grouped(count)}个${noun}`;
    return regions.length === 0 ? what : `${what}（${regionsText(regions)}）`;
  }

  function regionsText(regions: readonly DeployedRegion[]): string {
    const [only] = regions;
    if (regions.length === 1 && only !== undefined && only.count !== null) return only.region;
    const each = regions.map(({ region, count }) => `${region}：${count === null ? '未知' : grouped(count)}`);
    return listOf(each, { most: REGIONS_MAX, between: '，', last: '，', more: (n) => `另有${n}个区域` });
  }
}

/** `a, b and c`, or `a, b and 4 more`. */
function listOf(
  items: readonly string[],
  {
    most,
    between = ', ',
    last,
    more,
  }: { most: number; between?: string; last: string; more: (count: number) => string },
): string {
  const shown = items.slice(0, most);
  if (items.length > most) shown.push(more(items.length - most));
  const [end = '', ...others] = shown.toReversed();
  return others.length === 0 ? end : `${others.toReversed().join(between)}${last}${end}`;
}
