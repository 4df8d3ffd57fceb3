const HIDDEN = '<redacted>';
/** Words that say that what follows, or what is named so, is a secret. */
const SECRET_WORD = '(?:pass(?:word|wd|phrase)?|secret|token|api[-_.]?key|access[-_.]?key|private[-_.]?key|credentials?|authorization)';
const SECRET_KEY = new RegExp(`(?:^|[-_./]|[a-z](?=[A-Z]))${SECRET_WORD}$`, 'i');
const SECRET_FLAG = new RegExp(`^--?[\\w.-]*${SECRET_WORD}$`, 'i');

/** Most texts and keys hold none of these, and need not be looked at closely. */
const SUSPECT_TEXT = /=|:\/\/|eyJ|bearer|basic|PRIVATE/i;
const SUSPECT_KEY = /pass|secret|token|key|credential|authorization/i;

/** Each pattern keeps its first group, and hides the rest. */
const PATTERNS: readonly RegExp[] = [
  /(-----BEGIN [A-Z ]*PRIVATE KEY-----)[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g,
  /(\b[a-z][a-z0-9+.-]{0,20}:\/\/[^\s:/@]{0,200}:)[^\s/@]{1,500}(?=@)/gi,
  /(\b(?:bearer|basic) +)[A-Za-z0-9._~+/=-]{8,}/gi,
  /(\b)eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]+/g,
  new RegExp(`(${SECRET_WORD}["']?\\s?=\\s?)(?:"[^"]*"|'[^']*'|[^\\s,;&"']+)`, 'gi'),
];

/**
 * The value as it may leave this machine: without the values of a container's environment, of fields and flags that are called after a
 * secret, of credentials in addresses, of tokens and private keys. What is hidden reads `<redacted>`; all else is as it was.
 */
export function masked(value: unknown, key = ''): unknown {
  if (typeof value === 'string') return SUSPECT_KEY.test(key) && SECRET_KEY.test(key) ? HIDDEN : maskedText(value);
  if (Array.isArray(value))
    return key === 'env' ? value.map(maskedVariable) : value.map((item, index) => maskedItem(item, value[index - 1]));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, masked(item, name)]));
}

function maskedText(text: string): string {
  if (!SUSPECT_TEXT.test(text)) return text;
  return PATTERNS.reduce((masking, pattern) => masking.replace(pattern, `$1${HIDDEN}`), text);
}

/** An argument after a flag such as `--password` is its value. */
function maskedItem(item: unknown, before: unknown): unknown {
  return typeof item === 'string' && typeof before === 'string' && SECRET_FLAG.test(before) ? HIDDEN : masked(item);
}

/** A variable that says where its value comes from holds no secret itself. */
function maskedVariable(variable: unknown): unknown {
  const shown = masked(variable);
  return typeof shown === 'object' && shown !== null && 'value' in shown ? { ...shown, value: HIDDEN } : shown;
}
