// Whether the simulated ListDeployedResources answers, and refuses, as the vendor's page says.
import { describe, expect, test } from '@jest/globals';
import { certificateId, issued, type SimulatedCertificate } from './certificates.ts';
import { answerDeployed } from './deployed.ts';

const [first, second] = [certificateId(0), certificateId(1)];
const certificates = new Map<string, SimulatedCertificate>(
  [first, second].map((id) => [id, { ...issued(), id }]),
);
const deployments = new Map([
  [
    first,
    [
      { service: 'CDN', regions: { '': 2 } },
      { service: 'ELB', regions: { 'cn-north-4': 1, 'cn-south-1': null } },
    ],
  ],
]);

function ask(body: unknown): { status: number; body: unknown } {
  const sent = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
  const reply = answerDeployed(sent, { certificates, deployments });
  return { status: reply.status, body: JSON.parse(reply.body) };
}

describe('the deployed resources', () => {
  test('come for each certificate, by service and region', () => {
    const { status, body } = ask({ certificate_ids: [first, second], service_names: ['ALL'] });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      results: [
        {
          certificate_id: first,
          total_num: 3,
          deployed_resources: [
            { service: 'CDN', resource_num: 2, region_resources: [{ region_id: '', is_error: false }] },
            {
              service: 'ELB',
              resource_num: 1,
              region_resources: [
                { region_id: 'cn-north-4', resources: [{ id: 'resource-0' }] },
                { region_id: 'cn-south-1', is_error: true, resources: [] },
              ],
            },
          ],
        },
        { certificate_id: second, total_num: 0, deployed_resources: [] },
      ],
    });
  });

  test('come of the services that were asked for', () => {
    const { body } = ask({ certificate_ids: [first], service_names: ['CDN'] });
    expect(body).toMatchObject({ results: [{ total_num: 2, deployed_resources: [{ service: 'CDN' }] }] });
  });

  test.each([
    ['no JSON', 'SCM.0001'],
    [{ certificate_ids: [], service_names: ['ALL'] }, 'SCM.0001'],
    [{ certificate_ids: Array(51).fill(first), service_names: ['ALL'] }, 'SCM.0001'],
    [{ certificate_ids: [first], service_names: ['FTP'] }, 'SCM.0001'],
    [{ certificate_ids: [first, certificateId(7)], service_names: ['ALL'] }, 'SCM.0003'],
  ])('are refused for %j', (body, error_code) => {
    expect(ask(body)).toMatchObject({ status: 400, body: { error_code } });
  });
});
