// The words of each language that mails and pages are written in. Pure.
import type { Language } from '../shared/language.ts';
import type { CertificateWords } from './certificate-words.ts';
import { chineseCertificate } from './chinese-certificate.ts';
import { chineseMail } from './chinese-mail.ts';
import { chinesePage } from './chinese-page.ts';
import { englishCertificate } from './english-certificate.ts';
import { englishMail } from './english-mail.ts';
import { englishPage, type PageWords } from './english-page.ts';
import type { MailWords } from './mail-words.ts';

const CERTIFICATE: Readonly<Record<Language, CertificateWords>> = {
  en: englishCertificate,
  'zh-CN': chineseCertificate,
};

const MAIL: Readonly<Record<Language, MailWords>> = { en: englishMail, 'zh-CN': chineseMail };

/** How a certificate is spoken of in that language, in mails and on pages alike. */
export function certificateWords(language: Language): CertificateWords {
  return CERTIFICATE[language];
}

/** The words of a mail in that language. */
export function mailWords(language: Language): MailWords {
  return MAIL[language];
}

const PAGE: Readonly<Record<Language, PageWords>> = { en: englishPage, 'zh-CN': chinesePage };

/** The words of the pages in that language. */
export function pageWords(language: Language): PageWords {
  return PAGE[language];
}
