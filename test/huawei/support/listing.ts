// An account with many certificates on a simulated cloud, as the tests of the list need it.
import type { ListedCertificate, ListFilter, Listing } from '../../../src/certificates/listed.ts';
import type { AccountReader } from '../../../src/huawei/account.ts';
import { type CertificateDraft, issued } from '../../simulator/certificates.ts';
import { type Cloud, type CloudOptions, startCloud } from '../../simulator/cloud.ts';
import { createObserver, type Observed, type ReaderSetting, readerOn } from './account.ts';

export const ALL: ListFilter = { statuses: [], enterpriseProjectId: null, shared: false };

export interface ListScene {
  readonly cloud: Cloud;
  readonly reader: AccountReader;
  readonly observer: Observed;
  readonly list: (filter?: Partial<ListFilter>) => Promise<Listing>;
  /** The queries of the pages that were asked for, in order. */
  readonly asked: () => URLSearchParams[];
}

export interface ListSetting {
  readonly certificates?: readonly CertificateDraft[];
  readonly reader?: Partial<ReaderSetting>;
  readonly cloud?: CloudOptions;
}

/** `closing` is given what must be closed. */
export async function listScene(setting: ListSetting, closing: (() => unknown)[]): Promise<ListScene> {
  const cloud = await startCloud(setting.cloud);
  closing.push(() => cloud.close());
  for (const draft of setting.certificates ?? []) cloud.put(draft);
  const observer = createObserver();
  const reader = readerOn({ endpoint: cloud.origin, observer, ...setting.reader });
  closing.push(() => reader.close());
  const { signal } = new AbortController();
  return {
    cloud,
    reader,
    observer,
    list: (filter = {}) => reader.list({ ...ALL, ...filter }, signal),
    asked: () =>
      cloud.requests
        .filter(({ path }) => path === '/v3/scm/certificates')
        .map(({ query }) => new URLSearchParams(query)),
  };
}

/** So many live certificates with names of their own; the ends lie minutes apart. */
export function many(
  count: number,
  fields: (n: number) => Record<string, unknown> = () => ({}),
): CertificateDraft[] {
  return Array.from({ length: count }, (_, n) => {
    const name = `site-${String(n).padStart(4, '0')}`;
    return issued({ name, domain: `www.${name}.example`, daysLeft: 30 + n / 1_440, fields: fields(n) });
  });
}

/** The certificates of a listing that must be one. */
export function certificatesOf(listing: Listing): readonly ListedCertificate[] {
  if (!listing.ok) throw new Error(listing.failure.message);
  return listing.certificates;
}

export function idsOf(listing: Listing): string[] {
  return certificatesOf(listing)
    .map(({ id }) => id)
    .sort();
}

/** Why the list is not whole, or null; a failure is an error. */
export function shortenedOf(listing: Listing): string | null {
  if (!listing.ok) throw new Error(listing.failure.message);
  return listing.shortened;
}
