// The languages that mails and pages are written in, and the words of each. Pure.
import type { Language } from '../shared/language.ts';
import { englishMail, type MailWords } from './english-mail.ts';

const MAIL: Readonly<Record<Language, MailWords>> = { en: englishMail };

/** The words of a mail in that language. */
export function mailWords(language: Language): MailWords {
  return MAIL[language];
}
