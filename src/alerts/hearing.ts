// What became of an alert that came and went while no mail could leave: nobody heard of it, so it counts as told to nobody. Pure.
import type { Alert, Mail } from './alert.ts';
import { alertText } from './compose.ts';

/**
 * Says which alerts nobody has heard of: for everybody who was to be told, the first notice still waits in a mail that
 * nobody can have seen. `waiting` are those mails.
 */
export function unheardOf(waiting: readonly { readonly mail: Mail }[]): (alert: Alert) => boolean {
  const waitingFor = new Map<string, Set<string>>();
  for (const { mail } of waiting) {
    if (mail.content.type !== 'notices') continue;
    for (const key of mail.content.notices.flatMap(({ change, alerts }) =>
      change === 'first' ? alerts : [],
    ))
      waitingFor.set(alertText(key), (waitingFor.get(alertText(key)) ?? new Set()).add(mail.recipient));
  }
  return (alert) => {
    const recipients = Object.keys(alert.threads);
    const waits = waitingFor.get(alertText(alert));
    return recipients.length > 0 && recipients.every((recipient) => waits?.has(recipient) ?? false);
  };
}

/**
 * Takes back that an alert was told which has ended before anybody could hear of it. Should it come back, it is told as
 * new: also where something worse stood in its place meanwhile, and nobody takes it for known. The limit on flapping counts
 * what people were told: a day without a mail server must not keep the next outage from them.
 */
export function withoutTelling(alert: Alert): Alert {
  const tellings = alert.tellings.filter((atMs) => atMs !== alert.toldAtMs);
  return { ...alert, toldAtMs: null, toldRungMs: null, toldReminderMs: null, tellings, threads: {} };
}
