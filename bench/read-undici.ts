// Process: reads with undici's pool and JSON.parse, and nothing else: no deadline, no pace, no validation.
import { Pool } from 'undici';
import { z } from 'zod';
import { TOKEN } from './support/cloud-body.ts';
import { measureClient } from './support/reading.ts';

const ID = z.object({ id: z.string() });

await measureClient(({ origin, concurrency }) => {
  const pool = new Pool(origin, { connections: concurrency, pipelining: 1 });
  const headers = { 'Content-Type': 'application/json', 'X-Language': 'en-us', 'X-Auth-Token': TOKEN };
  return {
    async read(id) {
      const { body } = await pool.request({ path: `/v3/scm/certificates/${id}`, method: 'GET', headers });
      return ID.parse(JSON.parse(await body.text())).id;
    },
    close: () => pool.close(),
  };
});
