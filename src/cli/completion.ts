import type { Command } from 'commander';
import { CoreError } from '../core/errors.ts';

/** One command with all that may follow it: `incidents list` → its flags, `incidents` → its subcommands. */
interface Word {
  readonly path: string;
  readonly about: string;
  readonly next: readonly { readonly word: string; readonly about: string }[];
}

/** The completion script of a shell, made from the commands themselves. Throws `bad-usage` for a shell that is not known. */
export function completionFor(shell: string, program: Command): string {
  const words = wordsOf(program, '');
  switch (shell) {
    case 'bash':
      return bash(words);
    case 'zsh':
      return `autoload -U +X bashcompinit && bashcompinit\n${bash(words)}`;
    case 'fish':
      return fish(words);
    default:
      throw new CoreError('bad-usage', `completion ${shell}: there is bash, zsh and fish`);
  }
}

function wordsOf(command: Command, path: string): Word[] {
  const subcommands = command.commands.map((one) => ({ word: one.name(), about: one.description() }));
  const flags = command.options.flatMap(({ long, description }) => (long ? [{ word: long, about: description }] : []));
  const deeper = command.commands.flatMap((one) => wordsOf(one, `${path} ${one.name()}`.trim()));
  return [{ path, about: command.description(), next: [...subcommands, ...flags] }, ...deeper];
}

/** Words that are no command (values, incident ids) leave the place where it is. */
function bash(words: readonly Word[]): string {
  const cases = words.map(
    ({ path, next }) => `    "${path}") COMPREPLY=($(compgen -W "${next.map(({ word }) => word).join(' ')}" -- "$current")) ;;`,
  );
  const paths = words.map(({ path }) => `|${path}|`).join('');
  return [
    '_kubemend() {',
    `  local current=\${COMP_WORDS[COMP_CWORD]} place="" word longer`,
    `  local known="${paths}"`,
    `  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do`,
    `    longer="$place\${place:+ }$word"`,
    '    case "$known" in *"|$longer|"*) place=$longer ;; esac',
    '  done',
    '  case "$place" in',
    ...cases,
    '  esac',
    '}',
    'complete -o default -F _kubemend kubemend',
    '',
  ].join('\n');
}

function fish(words: readonly Word[]): string {
  return words
    .flatMap(({ path, next }) =>
      next.map(({ word, about }) => {
        const where = path === '' ? '__fish_use_subcommand' : `__fish_seen_subcommand_from ${path.split(' ').at(-1)}`;
        const what = word.startsWith('--') ? `-l ${word.slice(2)}` : `-a ${word}`;
        return `complete -c kubemend -f -n '${where}' ${what} -d '${about.replaceAll("'", "\\'")}'`;
      }),
    )
    .concat('')
    .join('\n');
}
