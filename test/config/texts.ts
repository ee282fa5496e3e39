// Small configurations for the tests: sound ones with one thing put in its place.

const TOKEN = '{ type: token, token: { env: TOKEN } }';

const ACCOUNT = `accounts:
  - endpoint: https://scm.example.com
    credentials: ${TOKEN}
`;

export const CERTIFICATE = `certificates:
  - id: scs1590053258704
`;

export const SOUND = ACCOUNT + CERTIFICATE;

/** One more line in the account. */
export const account = (line = '') => `${ACCOUNT}${line === '' ? '' : `    ${line}\n`}${CERTIFICATE}`;

/** One more line in the certificate. */
export const certificate = (line: string) => `${ACCOUNT}${CERTIFICATE}${line === '' ? '' : `    ${line}\n`}`;

/** More lines at the end of the file. */
export const section = (lines: string) => `${SOUND}${lines}\n`;

export const endpoint = (url: string) => SOUND.replace('https://scm.example.com', () => url);

export const credentials = (text: string) => SOUND.replace(TOKEN, () => text);

/** One more line in the email section. */
export const email = (line: string) =>
  section(
    `email:\n  smtp: { host: smtp.example.com }\n  from: certs@example.com\n  to: [a@example.com]\n  ${line}`,
  );

/** The inside of the smtp section. */
export const smtp = (text: string) =>
  section(`email:\n  smtp: { ${text} }\n  from: certs@example.com\n  to: [a@example.com]`);

export const twoAccounts = (...names: readonly string[]) =>
  `accounts:\n${names.map((name) => `  - { name: ${name}, endpoint: "https://x.example.com", credentials: { type: token, token: { env: T } } }\n`).join('')}`;

/** Nine to the ninth power entries out of nine lines. */
export const billionLaughs = () =>
  [...'abcdefghi']
    .map((key, index, keys) => {
      const entry = index === 0 ? 'x' : `*${keys[index - 1]}`;
      return `${key}: &${key} [${new Array(9).fill(entry).join(', ')}]`;
    })
    .join('\n');
