// Process: reads with the core of the vendor's SDK, as its client for this service calls it: signed requests by its own HTTP client.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { z } from 'zod';
import { readTask } from './support/child.ts';
import { ACCESS_KEY, SECRET_KEY } from './support/cloud-body.ts';
import { measureClient } from './support/reading.ts';

/** What is used of `@huaweicloud/huaweicloud-sdk-core`, by the files that have it. */
interface Core {
  readonly GlobalCredentials: new (keys: { ak: string; sk: string; domainId: string }) => object;
}

interface Building {
  readonly ClientBuilder: new (make: (client: Client) => Client) => Builder;
}

interface Builder {
  withCredential(credential: object): Builder;
  withEndpoint(endpoint: string): Builder;
  withOptions(options: { customUserAgent: string }): Builder;
  build(): Client;
}

interface Client {
  sendRequest(request: object): Promise<unknown>;
}

const CORE = '@huaweicloud/huaweicloud-sdk-core';
const ID = z.object({ id: z.string() });

const { sdkFolder } = readTask(z.object({ sdkFolder: z.string() }));
const load = createRequire(join(sdkFolder, 'package.json'));
const { GlobalCredentials } = having<Core>('GlobalCredentials').parse(load(CORE));
const { ClientBuilder } = having<Building>('ClientBuilder').parse(load(`${CORE}/ClientBuilder`));

function having<Module>(name: string) {
  return z.custom<Module>((loaded) => typeof loaded === 'object' && loaded !== null && name in loaded);
}

await measureClient(({ origin }) => {
  const client = new ClientBuilder((made) => made)
    .withCredential(new GlobalCredentials({ ak: ACCESS_KEY, sk: SECRET_KEY, domainId: 'd'.repeat(32) }))
    .withEndpoint(origin)
    // Without a name of ours it writes an id of this installation into the user's home.
    .withOptions({ customUserAgent: 'bench' })
    .build();
  return {
    async read(id) {
      const answer = await client.sendRequest({
        method: 'GET',
        url: '/v3/scm/certificates/{certificate_id}',
        contentType: 'application/json',
        queryParams: {},
        pathParams: { certificate_id: id },
        headers: {},
      });
      return ID.parse(answer).id;
    },
    // Its connections are those of Node's global agent, and go with the process.
    async close() {},
  };
});
process.exit(0);
