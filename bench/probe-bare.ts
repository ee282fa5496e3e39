// Process: looks with node:tls and nothing else: no deadline, no rate, no parsing; one secure context for all.
import { connect, createSecureContext } from 'node:tls';
import { measureLooks } from './support/probing.ts';

await measureLooks(({ port, ca, chain }) => {
  const secureContext = createSecureContext({ ca });
  return {
    look: () =>
      new Promise((resolve, reject) => {
        const socket = connect({
          host: '127.0.0.1',
          port,
          servername: 'www.example.com',
          secureContext,
          rejectUnauthorized: false,
        });
        socket.once('error', reject);
        socket.once('secureConnect', () => {
          const hasIssuer = chain && socket.getPeerCertificate(true).issuerCertificate !== undefined;
          const seen = socket.authorized ? (hasIssuer ? 2 : 1) : 0;
          socket.destroy();
          resolve(seen);
        });
      }),
    close: async () => {},
  };
});
