import { dirname, normalize } from 'node:path';

const top = 'src|test|web|bench|tools|deploy|docs|examples|\\.ci';
const path = new RegExp(
  `^(?:${top})/[\\w./-]*$|^[A-Z]+\\.md$|^(?:Makefile|LICENSE|package\\.json|package-lock\\.json|biome\\.json|knip\\.json)$`,
);

/**
 * The paths that a Markdown document names: in backticks, when it looks like a path of this repository, and in relative links.
 * A path with a placeholder, such as `docs/<name>.md`, names nothing. Paths are given from the repository's root.
 */
export function pathsNamedIn(document: string, text: string): string[] {
  const quoted = [...text.matchAll(/`([^`\n]+)`/g)].flatMap(([, code = '']) => (path.test(code) ? [code] : []));
  const linked = [...text.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = '']) => target.replace(/#.*$/, ''))
    .filter((target) => target !== '' && !/^[a-z]+:/.test(target))
    .map((target) => normalize(`${dirname(document)}/${target}`));
  return [...new Set([...quoted, ...linked])];
}
