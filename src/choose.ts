// Which listed certificates are watched, and what holds for them: filters and rules of the configuration. Pure.
import type { ListedCertificate } from './certificates/listed.ts';
import type {
  AccountConfig,
  CertificateConfig,
  Config,
  DiscoverConfig,
  RuleConfig,
} from './config/config.ts';
import { matchesGlob } from './shared/glob.ts';

/** `found`: it is to be watched from now on; `kept`: it goes on being watched where it was found before. */
export function isChosen(
  certificate: ListedCertificate,
  { statuses, domains, enterpriseProject, exclude }: DiscoverConfig,
): { readonly found: boolean; readonly kept: boolean } {
  const { id, status, name, enterpriseProjectId } = certificate;
  const names = namesOf(certificate);
  const excluded =
    exclude.ids.includes(id) ||
    (name !== null && matchesAny(exclude.names, name)) ||
    (names.length > 0 &&
      exclude.domains.length > 0 &&
      names.every((domain) => matchesAny(exclude.domains, domain)));
  const kept =
    !excluded &&
    (domains.length === 0 || names.some((domain) => matchesAny(domains, domain))) &&
    // A list of one project may leave out which one that is.
    (enterpriseProject === null || enterpriseProjectId === null || enterpriseProjectId === enterpriseProject);
  return { kept, found: kept && (statuses.length === 0 || (status !== null && statuses.includes(status))) };
}

/** What holds for a discovered certificate: the first rule that matches, or else the general settings. */
export function discoveredConfig(
  certificate: ListedCertificate,
  { name: account }: AccountConfig,
  { rules, thresholds }: Config,
): CertificateConfig {
  const rule = rules.find((one) => matches(one.match, certificate, account));
  return {
    account,
    id: certificate.id,
    alias: null,
    owner: rule?.owner ?? null,
    runbook: rule?.runbook ?? null,
    recipients: rule?.recipients ?? [],
    thresholds: rule?.thresholds ?? thresholds,
    // An account that is given as a whole says nothing of where its certificates are served: their names do.
    probe: rule?.probe ?? 'guess',
  };
}

function matches(match: RuleConfig['match'], certificate: ListedCertificate, account: string): boolean {
  const { domain, name, brand, project } = match;
  return (
    (match.account === null || match.account === account) &&
    (domain === null || namesOf(certificate).some((one) => matchesGlob(domain, one))) &&
    (name === null || (certificate.name !== null && matchesGlob(name, certificate.name))) &&
    (brand === null || (certificate.brand !== null && matchesGlob(brand, certificate.brand))) &&
    (project === null || certificate.enterpriseProjectId === project)
  );
}

function matchesAny(patterns: readonly string[], text: string): boolean {
  return patterns.some((pattern) => matchesGlob(pattern, text));
}

function namesOf({ domain, sans }: ListedCertificate): readonly string[] {
  return domain === null ? sans : [domain, ...sans];
}
