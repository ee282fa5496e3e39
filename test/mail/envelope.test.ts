// Addresses beyond ASCII: in the envelope their domain takes the form that every server knows.
import { expect, test } from '@jest/globals';
import { renderMessage } from '../../src/mail/message.ts';
import { toWire } from '../../src/mail/mime.ts';

test('the envelope of an international domain is ASCII (RFC 5891)', async () => {
  const mail = {
    messageId: '<a@example.com>',
    recipient: 'ops@bücher.example',
    createdAtMs: 0,
    references: [],
    content: { type: 'test' as const, atMs: 0 },
  };
  const message = renderMessage(mail, { from: 'certs@münchen.example', publicUrl: null, language: 'en' });
  const { from, to } = await toWire(message);
  expect([from, to]).toEqual(['certs@xn--mnchen-3ya.example', 'ops@xn--bcher-kva.example']);
});
