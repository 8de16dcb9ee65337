import { CENSOR } from './censor.js';
import { isSecretValue } from './opaque.js';
import type { Redactor } from './redactor.js';
import { SECRECY } from './secret-keys.js';

/** A short option by which some programs take a secret. */
interface SecretOption {
  readonly programs: RegExp;
  readonly options: RegExp;
  /** `joined`: only as `-pSECRET`; `user`: `-u name:SECRET`, joined or not. */
  readonly form: 'any' | 'joined' | 'user';
  /** An argument without which the option means something else. */
  readonly subcommand?: string;
}

const SECRET_OPTIONS: readonly SecretOption[] = [
  {
    programs: /^curl$/,
    options: /^(?:-[sSfLkviIgjNOqRG46]{0,8}[uU]|--user|--proxy-user)/,
    form: 'user',
  },
  { programs: /^(?:https?|xh)$/, options: /^-a/, form: 'user' },
  { programs: /^(?:mysql|mariadb)[a-z-]*$/, options: /^-p/, form: 'joined' },
  { programs: /^sshpass$/, options: /^-p/, form: 'any' },
  { programs: /^mongo(?:sh|dump|restore|export|import)?$/, options: /^-p/, form: 'any' },
  { programs: /^7z[azr]?$/, options: /^-p/, form: 'joined' },
  { programs: /^redis-cli$/, options: /^-a/, form: 'any' },
  { programs: /^(?:docker|podman)$/, options: /^-p/, form: 'any', subcommand: 'login' },
];

/** What follows is a command line, in which a value ends at a blank. */
function isScriptOption(option: string): boolean {
  return option.endsWith('c') && /^-[a-z]*c$/.test(option);
}

const DASH = 45;

/** Hides the secrets among a program and its arguments, in place. */
export function redactCommand(command: string[], redactor: Redactor): void {
  let isAfterOption = false;
  for (let index = 0; index < command.length; index++) {
    const argument = command[index] as string;
    const isOption = argument.charCodeAt(0) === DASH;
    if (isOption) redactOption(command, index, redactor);
    else if (isConfigured(command, index, redactor)) command[index] = CENSOR;
    else if (isAfterOption && isScriptOption(command[index - 1] as string))
      command[index] = redactor.text(argument, 'command');
    else command[index] = redactArgument(argument, redactor);
    isAfterOption = isOption;
  }
}

/** `aws configure set NAME SECRET` */
function isConfigured(command: readonly string[], index: number, redactor: Redactor): boolean {
  return (
    index >= 3 &&
    command[index - 2] === 'set' &&
    command[index - 3] === 'configure' &&
    isSecretValue(command[index] as string, redactor.secrecyOf(command[index - 1] as string))
  );
}

/** `HTTPBasicAuth(user, pw)`: source text without a value in it. */
const CALL = /^[A-Za-z_$][\w$.]{0,100}\([\w\s,.$]{0,200}\)$/;

/** `NAME=value` has a value to the end of the argument, whatever stands in it. */
function redactArgument(argument: string, redactor: Redactor): string {
  const equals = argument.indexOf('=');
  if (equals > 0 && /^-{0,2}[A-Za-z_][\w.-]*$/.test(argument.slice(0, equals))) {
    const secrecy = redactor.secrecyOf(argument.slice(0, equals));
    const value = argument.slice(equals + 1);
    const isCall = secrecy === SECRECY.secret && CALL.test(value);
    if (!isCall && isSecretValue(value, secrecy)) return argument.slice(0, equals + 1) + CENSOR;
  }
  return redactor.text(argument, 'command');
}

function redactOption(command: string[], index: number, redactor: Redactor): void {
  const option = command[index] as string;
  if (mayBeSecretOption(option)) {
    const hidden = hideBySecretOption(command, index);
    if (hidden !== null) {
      command[index] = redactor.text(hidden, 'command');
      return;
    }
  }
  if (option.includes('=')) {
    command[index] = redactArgument(option, redactor);
    return;
  }
  const { secrecy, shown } = redactor.key(option, 'command');
  command[index] = shown;
  if (index + 1 === command.length) return;
  const value = command[index + 1] as string;
  if (option === '-H' || option === '--header') command[index + 1] = redactHeader(value, redactor);
  else if (secrecy !== SECRECY.none && !/^--?[A-Za-z]/.test(value) && isSecretValue(value, secrecy))
    command[index + 1] = CENSOR;
}

/** Nearly every option is none of those above; that must cost nothing to find out. */
function mayBeSecretOption(option: string): boolean {
  switch (option.charAt(1)) {
    case 'u':
    case 'U':
    case 'a':
    case 'p':
      return true;
    case '-':
      return option === '--user' || option === '--proxy-user';
    default:
      return isLastOfSeveral(option);
  }
}

/** `-sSu`, `-sSuname:SECRET` */
function isLastOfSeveral(option: string): boolean {
  const last = option.charAt(option.length - 1);
  return last === 'u' || last === 'U' || (option.length > 4 && option.includes(':'));
}

/** `Name: value`, of which a secret name hides everything that follows, save the scheme. */
function redactHeader(header: string, redactor: Redactor): string {
  const [, start = '', name = '', scheme = '', value = ''] =
    /^(([\w-]{1,100}):\s*)((?:bearer|basic|token)\s+)?([^]*)$/i.exec(header) ?? [];
  const secrecy = redactor.secrecyOf(name);
  if (name === '' || secrecy === SECRECY.none || !isSecretValue(value, secrecy)) return header;
  return start + scheme + CENSOR;
}

/**
 * What becomes of an option that stands for a secret to its program; hides the next argument, too, if that is the
 * secret. `null` if it is no such option.
 */
function hideBySecretOption(command: string[], index: number): string | null {
  const option = command[index] as string;
  const found = SECRET_OPTIONS.find(
    ({ programs, options, subcommand }) =>
      options.test(option) &&
      command
        .slice(0, index)
        .some((word) => programs.test(word.slice(word.lastIndexOf('/') + 1))) &&
      (subcommand === undefined || command.includes(subcommand)),
  );
  const name = found?.options.exec(option)?.[0];
  if (found === undefined || name === undefined) return null;
  const hide = (value: string): string =>
    found.form === 'user' ? value.replace(/^([^:]*:)(?!$)[^]*$/, `$1${CENSOR}`) : CENSOR;
  if (option.length > name.length) {
    // Of `-p` and the like another option may be the beginning: `-proxy`.
    return name.startsWith('--') ? null : name + hide(option.slice(name.length));
  }
  const value = command[index + 1];
  if (value !== undefined && found.form !== 'joined') command[index + 1] = hide(value);
  return option;
}
