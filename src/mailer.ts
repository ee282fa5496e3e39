// The mailer as the daemon has it: the mail libraries are loaded for the first mail, since most processes send none for days.
import type { SmtpMailer, SmtpMailerNeeds } from './mail/smtp.ts';

export function createMailer(needs: SmtpMailerNeeds): SmtpMailer {
  let loading: Promise<SmtpMailer> | null = null;

  async function load(): Promise<SmtpMailer> {
    const { createSmtpMailer } = await import('./mail/smtp.ts');
    return createSmtpMailer(needs);
  }

  function loaded(): Promise<SmtpMailer> {
    loading ??= load();
    return loading;
  }

  return {
    send: async (mail, signal) => (await loaded()).send(mail, signal),
    probe: async (signal) => (await loaded()).probe(signal),
  };
}
