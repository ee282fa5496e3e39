// What the chart refuses, and in which words: an operator must see which value to change. Helm 4 and Helm 3 say it differently.
import { describe, expect, test } from '@jest/globals';
import { HELM_VERSIONS, template } from './helm.ts';

interface Refusal {
  readonly what: string;
  readonly args: readonly string[];
  /** How Helm 4 and Helm 3 name the value. */
  readonly named: readonly [string, string];
}

const set = (value: string) => ['--set', value];
const json = (value: string) => ['--set-json', value];

const BY_SCHEMA: readonly Refusal[] = [
  {
    what: 'an unknown value',
    args: set('replicas=2'),
    named: ["'replicas' not allowed", 'property replicas is not allowed'],
  },
  {
    what: 'an unknown value further down',
    args: set('persistence.sise=2Gi'),
    named: ["at '/persistence': additional properties 'sise'", 'persistence: Additional property sise'],
  },
  {
    what: 'an unknown alert',
    args: set('prometheusRule.alerts.CcmNone.enabled=false'),
    named: ["'CcmNone' not allowed", 'property CcmNone is not allowed'],
  },
  {
    what: 'an unknown key of the configuration',
    args: set('config.treshold.warning=30d'),
    named: ["at '/config': additional properties 'treshold'", 'config: Additional property treshold'],
  },
  {
    what: 'a bad duration',
    args: set('config.thresholds.unreadable=1 hour'),
    named: ["at '/config/thresholds/unreadable': '1 hour'", 'config.thresholds.unreadable: Does not match'],
  },
  {
    what: 'a bad duration of an alert',
    args: set('prometheusRule.alerts.CcmMonitorAbsent.for=soon'),
    named: [
      "at '/prometheusRule/alerts/CcmMonitorAbsent/for': 'soon'",
      'prometheusRule.alerts.CcmMonitorAbsent.for: Does not match',
    ],
  },
  {
    what: 'a Secret without a name',
    args: json('secrets=[{"mountPath":"/run/secrets/ccm-iam"}]'),
    named: ["at '/secrets/0': missing property 'name'", 'secrets.0: name is required'],
  },
  {
    what: 'a probe of another kind',
    args: set('probes.startup.httpGet.path=/x'),
    named: [
      "at '/probes/startup': additional properties 'httpGet'",
      'probes.startup: Additional property httpGet',
    ],
  },
  {
    what: 'an unknown key of a security context',
    args: set('securityContext.readOnlyRootFilesytem=true'),
    named: ["at '/securityContext': additional properties", 'securityContext: Additional property readOnly'],
  },
  {
    what: 'an unknown key of a peer',
    args: json('networkPolicy.mail=[{"ipblock":{"cidr":"10.0.0.1/32"}}]'),
    named: [
      "at '/networkPolicy/mail/0': additional properties",
      'networkPolicy.mail.0: Additional property ipblock',
    ],
  },
  {
    what: 'a size that is none',
    args: set('persistence.size=1GB'),
    named: ["at '/persistence/size': '1GB'", 'persistence.size: Does not match'],
  },
  {
    what: 'a name that Kubernetes does not take',
    args: set('fullnameOverride=Certs_1'),
    named: ["at '/fullnameOverride': 'Certs_1'", 'fullnameOverride: Does not match'],
  },
  {
    what: 'no image',
    args: set('image.repository='),
    named: ["at '/image/repository'", 'image.repository: '],
  },
  {
    what: 'no certificates',
    args: set('config.certificates=null'),
    named: [
      "at '/config/certificates': got null, want array",
      'config.certificates: Invalid type. Expected: array',
    ],
  },
  {
    what: 'an unknown filter of discovery',
    args: json('config.accounts[0].discover={"domain":["*.example.com"]}'),
    named: [
      "at '/config/accounts/0/discover': additional properties 'domain'",
      'config.accounts.0.discover: Additional property domain',
    ],
  },
  {
    what: 'a way to sign in that does not exist',
    args: json('config.accounts=[{"endpoint":"https://scm.example.com","credentials":{"type":"pasword"}}]'),
    named: ["at '/config/accounts/0/credentials/type'", 'config.accounts.0.credentials.type'],
  },
  {
    what: 'credentials with a part missing',
    args: json(
      'config.accounts=[{"endpoint":"https://scm.example.com","credentials":{"type":"access-key","accessKey":{"env":"AK"}}}]',
    ),
    named: [
      "at '/config/accounts/0/credentials': missing property 'secretKey'",
      'config.accounts.0.credentials: secretKey is required',
    ],
  },
  {
    what: 'a secret that stands in the values',
    args: json('config.email.smtp.password="hunter2"'),
    named: [
      "at '/config/email/smtp/password': got string, want object",
      'config.email.smtp.password: Invalid type',
    ],
  },
  {
    what: 'fewer than two missed checks',
    args: set('prometheusRule.thresholds.missedChecks=1'),
    named: [
      "at '/prometheusRule/thresholds/missedChecks'",
      'prometheusRule.thresholds.missedChecks: Must be greater',
    ],
  },
];

const BY_TEMPLATE: readonly { what: string; args: readonly string[]; said: string }[] = [
  {
    what: 'a configuration by which nothing would be watched',
    args: json('config.certificates=[]'),
    said: 'Cannot use config: it names no certificate, and no account is discovered, so that nothing would be watched; write config.certificates, or discover: true at an account',
  },
  {
    what: 'the same with discovery switched off',
    args: [...json('config.certificates=[]'), ...set('config.accounts[0].discover=false')],
    said: 'Cannot use config: it names no certificate, and no account is discovered',
  },
  {
    what: 'a secret file that no Secret holds',
    args: json('secrets=[{"name":"ccm-iam"}]'),
    said: 'Cannot use config.email.smtp.password: nothing is mounted that has the file /run/secrets/ccm-smtp/password; name its Secret in secrets',
  },
  {
    what: 'a secret file that is not among the items',
    args: json(
      'secrets=[{"name":"ccm-smtp"},{"name":"ccm-iam","items":[{"key":"password","path":"other"}]}]',
    ),
    said: 'Cannot use config.accounts[0].credentials.password: nothing is mounted that has the file /run/secrets/ccm-iam/password',
  },
  {
    what: 'a secret variable that nothing sets',
    args: json(
      'config.accounts=[{"endpoint":"https://scm.example.com","credentials":{"type":"token","token":{"env":"CCM_TOKEN"}}}]',
    ),
    said: 'Cannot use config.accounts[0].credentials.token: no entry of extraEnv sets CCM_TOKEN',
  },
  {
    what: 'a web configuration that is not mounted',
    args: set('config.http.webConfigFile=/etc/web.yaml'),
    said: 'Cannot use config.http.webConfigFile: nothing is mounted that has the file /etc/web.yaml',
  },
  {
    what: 'two Secrets in one folder',
    args: json(
      'secrets=[{"name":"ccm-iam"},{"name":"ccm-smtp"},{"name":"other","mountPath":"/run/secrets/ccm-smtp"}]',
    ),
    said: 'Cannot mount secrets[2] at /run/secrets/ccm-smtp: secrets[1] is mounted there',
  },
  {
    what: 'one Secret twice in one folder',
    args: json('secrets=[{"name":"ccm-iam"},{"name":"ccm-smtp"},{"name":"ccm-smtp"}]'),
    said: 'Cannot mount secrets[2] at /run/secrets/ccm-smtp: secrets[1] is mounted there',
  },
  {
    what: 'a Secret over the state',
    args: json(
      'secrets=[{"name":"ccm-iam"},{"name":"ccm-smtp"},{"name":"x","mountPath":"/var/lib/ccm-cert-monitor"}]',
    ),
    said: 'Cannot mount secrets[2] at /var/lib/ccm-cert-monitor: the state is mounted there',
  },
  {
    what: 'a volume with a name that is taken',
    args: json('extraVolumes=[{"name":"state","emptyDir":{}}]'),
    said: 'Cannot name extraVolumes[0] "state": that is the volume of the state',
  },
  {
    what: 'a second configuration',
    args: json('extraEnv=[{"name":"CCM_CONFIG","value":"/x.yaml"}]'),
    said: 'Cannot set CCM_CONFIG by extraEnv[0]: it is set by the chart: the configuration is what stands under config',
  },
  {
    what: 'a variable that is there twice',
    args: json('extraEnv=[{"name":"A","value":"1"},{"name":"A","value":"2"}]'),
    said: 'Cannot set A by extraEnv[1]: it is set by extraEnv[0]',
  },
  {
    what: 'a mount without a volume',
    args: json('extraVolumeMounts=[{"name":"ca","mountPath":"/etc/ca"}]'),
    said: 'Cannot use extraVolumeMounts[0]: there is no volume named "ca"',
  },
  {
    what: 'a state where nothing can be written',
    args: set('config.state.path=/data/state.db'),
    said: 'Cannot use config.state.path "/data/state.db": nothing in the pod can be written there',
  },
  {
    what: 'a state in a folder of Secrets',
    args: set('config.state.path=/run/secrets/ccm-iam/state.db'),
    said: 'Cannot use config.state.path "/run/secrets/ccm-iam/state.db": nothing in the pod',
  },
  {
    what: 'an address that only the pod reaches',
    args: set('config.http.host=127.0.0.1'),
    said: 'Cannot use "127.0.0.1" as config.http.host',
  },
  {
    what: 'a port that nobody can know',
    args: set('config.http.port=0'),
    said: 'Cannot use port 0 in config.http',
  },
  {
    what: 'one port for probes and pages',
    args: set('config.http.probePort=10119'),
    said: 'Cannot use 10119 as config.http.probePort',
  },
  {
    what: 'two scrapes of the same',
    args: [...set('serviceMonitor.enabled=true'), ...set('podMonitor.enabled=true')],
    said: 'Cannot have serviceMonitor.enabled and podMonitor.enabled',
  },
  {
    what: 'rules for a schedule whose interval is not said',
    args: [...set('prometheusRule.enabled=true'), ...set('config.schedule.cron=0 6 * * *')],
    said: 'Cannot make the alert rules: prometheusRule.checkIntervalMinutes must say',
  },
  {
    what: 'thresholds in the wrong order',
    args: [...set('prometheusRule.enabled=true'), ...set('prometheusRule.thresholds.expiringSoonDays=5')],
    said: 'Cannot use prometheusRule.thresholds.expiringSoonDays',
  },
];

describe.each(HELM_VERSIONS)('Helm %i refuses', (version) => {
  test.each(BY_SCHEMA)('$what, and names it', ({ args, named }) => {
    const { status, err, out } = template(version, { values: 'minimal', args });
    expect(status).not.toBe(0);
    expect(err).toContain(named[version === 4 ? 0 : 1]);
    expect(err + out).not.toContain('hunter2');
  });

  test.each(BY_TEMPLATE)('$what, and says what to do', ({ args, said }) => {
    const { status, err } = template(version, { values: 'minimal', args });
    expect(status).not.toBe(0);
    expect(err).toContain(said);
  });
});
