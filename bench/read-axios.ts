// Process: reads with axios as most people use it, with connections kept alive, and the monitor's parser.
import { Agent } from 'node:http';
import axios from 'axios';
import { parseCertificate } from '../src/huawei/payload.ts';
import { TOKEN, UTC_OFFSET_MINUTES } from './support/cloud-body.ts';
import { measureClient } from './support/reading.ts';

await measureClient(({ origin, concurrency }) => {
  const httpAgent = new Agent({ keepAlive: true, maxSockets: concurrency });
  const client = axios.create({
    baseURL: origin,
    httpAgent,
    timeout: 10_000,
    headers: { 'Content-Type': 'application/json', 'X-Language': 'en-us', 'X-Auth-Token': TOKEN },
  });
  return {
    async read(id) {
      const { data } = await client.get<unknown>(`/v3/scm/certificates/${id}`);
      const parsed = parseCertificate(data, { id, utcOffsetMinutes: UTC_OFFSET_MINUTES });
      return parsed.ok ? parsed.certificate.id : parsed.message;
    },
    close: async () => httpAgent.destroy(),
  };
});
